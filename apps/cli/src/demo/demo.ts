import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { listStudies } from '@sluice/archival/rows/study-status';
import { statusRow } from '../commands/status.js';
import { EXIT, parse, type Command } from '../command.js';
import { withDoors, type Doors } from '../doors.js';
import type { Output } from '../output.js';
import { pushInstances } from '../push-instances.js';
import { account, tally, type Accounted, type Sent } from './account.js';
import { awaitArchived } from './await-archived.js';
import { contentOf, filesOf, phantoms, type Offered } from './offered.js';
import { openAgain } from './open-again.js';
import { startStandalone, type StandaloneProcess } from './standalone-process.js';

const FOLDER = '.sluice/demo';

/** `sluice demo`: the whole path on this machine, from a real association to an archived object that opens again. */
export const demo: Command = {
  summary: 'push generated studies, or FOLDER, through the whole path on this machine',
  usage: ['demo [FOLDER]'],
  async run(args, output) {
    const { positionals } = parse(args, {});
    const { offered, unsendable } = positionals[0]
      ? await filesOf(positionals[0])
      : { offered: phantoms(), unsendable: [] };
    await rm(FOLDER, { recursive: true, force: true });
    const standalone = await startStandalone(resolve(FOLDER));
    try {
      const unsent: Accounted[] = unsendable.map(({ file, code }) => ({
        file,
        outcome: 'unsendable',
        reason: code,
      }));
      const complete = await withDoors((doors) => walk(doors, { offered, unsent, standalone, output }), {
        environment: standalone.environment,
      });
      output.say(
        `\nEverything lies in ${standalone.folder} (sealed objects: store, keys: keys, log: ${standalone.logFile})`,
      );
      return complete ? EXIT.done : EXIT.incomplete;
    } finally {
      await standalone.stop();
    }
  },
};

interface Walk {
  readonly offered: readonly Offered[];
  readonly unsent: readonly Accounted[];
  readonly standalone: StandaloneProcess;
  readonly output: Output;
}

/** True when every accepted instance is archived and one opened again. */
async function walk(doors: Doors, { offered, unsent, standalone, output }: Walk): Promise<boolean> {
  const peer = { host: '127.0.0.1', port: standalone.dimsePort, callingAE: 'LOCAL', calledAE: 'SLUICE' };
  const pushed = await pushInstances(peer, offered, {
    associations: 2,
    onResult: (_, done) => output.progress('pushed  ', done, offered.length),
  });
  const keys = await doors.keys();
  const sent: Sent[] = [];
  for (const push of pushed) {
    sent.push({
      ...push,
      content: push.outcome === 'stored' ? await contentOf(keys, push.instance) : undefined,
    });
  }
  const accepted = new Set(sent.flatMap((push) => push.content ?? []));
  const archived = await awaitArchived(await doors.index(), accepted, output);
  const rows = [...account(sent, archived), ...unsent];
  await report(doors, rows, output);
  const opened = accepted.size === 0 || (await openAgain(doors, output));
  return opened && rows.every((row) => row.outcome !== 'missing');
}

async function report(doors: Doors, rows: readonly Accounted[], output: Output): Promise<void> {
  const studies = await listStudies(await doors.index());
  if (output.json)
    output.table([...studies.map((study) => ({ ...study })), ...rows.map((row) => ({ ...row }))]);
  else output.table(studies.map(statusRow));
  const counts = tally(rows);
  output.say(
    `\noffered ${rows.length} = ${Object.entries(counts)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(' + ')}`,
  );
  for (const row of rows)
    if (!['clean', 'duplicate'].includes(row.outcome))
      output.say(`  ${row.outcome}: ${row.file} ${row.reason ?? ''}`);
}
