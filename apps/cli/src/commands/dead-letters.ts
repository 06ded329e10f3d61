import type { DeadLetter } from '@sluice/bus';
import { EXIT, parse, usage, type Command } from '../command.js';
import { withDoors, type Doors } from '../doors.js';
import type { Output } from '../output.js';

/** Groups that have a dead-letter topic. */
export const LETTER_GROUPS = ['scrubbing', 'inference', 'encryption', 'archival'] as const;

/** `sluice dead-letters`: what will never pass by itself; a person decides. */
export const deadLetters: Command = {
  summary: 'what will never pass by itself',
  usage: ['dead-letters list [--group GROUP]', 'dead-letters show|retry|discard ID --group GROUP'],
  async run(args, output, { person }) {
    const { values, positionals } = parse(args, { group: { type: 'string' } });
    const [verb = 'list', id] = positionals;
    const { group } = values;
    // A group that is none has no letters either: a misspelt name must not read as an all-clear.
    if (group !== undefined && !(LETTER_GROUPS as readonly string[]).includes(group))
      throw usage(`--group is ${LETTER_GROUPS.join(', ')}`);
    if (verb === 'list') return withDoors((doors) => list(doors, output, group), { person });
    if (!id || !group || !['show', 'retry', 'discard'].includes(verb))
      throw usage(`dead-letters ${verb} needs ID and --group`);
    return withDoors(
      (doors) =>
        verb === 'show' ? show(doors, output, { group, id }) : settle(doors, output, { group, id, verb }),
      { person },
    );
  },
};

async function list(doors: Doors, output: Output, only: string | undefined): Promise<number> {
  const bus = await doors.bus();
  const letters: DeadLetter[] = [];
  for (const group of only ? [only] : LETTER_GROUPS) letters.push(...(await bus.deadLetters.list(group)));
  output.table(
    letters.map(({ id, group, topic, code, at, attempts }) => ({ id, group, topic, code, at, attempts })),
  );
  output.say(letters.length === 0 ? 'no dead letters' : `${letters.length} dead letters`);
  return letters.length === 0 ? EXIT.done : EXIT.incomplete;
}

async function show(
  doors: Doors,
  output: Output,
  { group, id }: { group: string; id: string },
): Promise<number> {
  const letter = (await (await doors.bus()).deadLetters.list(group)).find((row) => row.id === id);
  if (!letter) throw usage('there is no such dead letter');
  if (output.json) output.value(letter);
  else output.say(JSON.stringify(letter, null, 2));
  return EXIT.done;
}

/** A person's decision about a letter is recorded before it is carried out. */
async function settle(
  doors: Doors,
  output: Output,
  letter: { group: string; id: string; verb: string },
): Promise<number> {
  const [bus, audit] = await Promise.all([doors.bus(), doors.audit()]);
  await audit.record({
    tenant: '-',
    actor: { kind: 'person', name: doors.person },
    action: 'dead-letter',
    subject: { group: letter.group, letter: letter.id, verb: letter.verb },
    outcome: 'success',
  });
  if (letter.verb === 'retry') await bus.deadLetters.retry(letter.group, letter.id);
  else await bus.deadLetters.discard(letter.group, letter.id);
  output.say(letter.verb === 'retry' ? 'put back: its group tries it again' : 'discarded');
  output.value({ ...letter });
  return EXIT.done;
}
