import { DEFAULT_STACK_FOLDER, stackDown, stackStatus, stackUp } from '@sluice/stack';
import { EXIT, parse, usage, type Command } from '../command.js';

/** `sluice stack`: the four backing services on this machine, for development and tests. */
export const stack: Command = {
  summary: 'Kafka, S3, KMS and PostgreSQL on this machine, for development',
  usage: ['stack up|down|status [--folder DIR]'],
  async run(args, output) {
    const { values, positionals } = parse(args, { folder: { type: 'string' } });
    const folder = values.folder ?? DEFAULT_STACK_FOLDER;
    const [verb] = positionals;
    if (verb === 'down') await stackDown(folder);
    else if (verb === 'up') await stackUp(folder);
    else if (verb !== 'status') throw usage('stack up, down or status');
    const state = await stackStatus(folder);
    output.table(state.services.map((service) => ({ ...service })));
    for (const [name, value] of Object.entries(state.env)) output.say(`export ${name}='${value}'`);
    return verb === 'down' || state.services.every((service) => service.up) ? EXIT.done : EXIT.unavailable;
  },
};
