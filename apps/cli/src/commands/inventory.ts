import type { Finding } from '@sluice/contracts';
import { EXIT, parse, type Command } from '../command.js';
import { type Doors, withDoors } from '../doors.js';
import { compareArchive } from '../inventory/compare-archive.js';
import { compareStaging } from '../inventory/compare-staging.js';
import { type Findings, findingsOf } from '../inventory/findings.js';
import { type Meter, meterOf } from '../inventory/meter.js';
import { openArchive, type Opened } from '../inventory/open-archive.js';
import type { Output } from '../output.js';

const OPTIONS = { open: { type: 'boolean' } } as const;

/** `sluice inventory`: whether index and store know the same objects, as after a restore; with `--open` whether each opens. */
export const inventory: Command = {
  summary:
    'index and store against each other, both ways; --open opens every raw, clean, held and result object (no manifest, root or decision record), and keeps nothing',
  usage: ['inventory [--open]'],
  async run(args, output, desk) {
    const { person } = desk;
    const { values } = parse(args, OPTIONS);
    const meter = meterOf(output, desk);
    const findings = await withDoors((doors) => take(doors, meter, values.open === true), { person });
    print(output, findings);
    return findings.rows.some(({ state }) => state === 'bad') ? EXIT.incomplete : EXIT.done;
  },
};

async function take(doors: Doors, meter: (label: string) => Meter, open: boolean): Promise<Findings> {
  const [store, tables] = [await doors.store(), await doors.index()];
  const archive = await metered(meter('archived'), ({ at }) => compareArchive({ store, tables }, at));
  const staging = await metered(meter('staged'), ({ at }) => compareStaging({ store, tables }, at));
  const came = justCameOf(archive.justCame + staging.justCame);
  if (!open) return withRows(findingsOf(archive, staging), came);
  const opened = await metered(meter('opened'), (told) => openAll(doors, told));
  return withRows(findingsOf(archive, staging, opened), came);
}

/** Where archival runs, objects of the last minutes are on their way to their row. */
function justCameOf(count: number): Finding[] {
  if (count === 0) return [];
  return [{ check: 'objects of the last minutes, no row yet', state: 'note', found: `${count}` }];
}

function withRows({ rows, differences }: Findings, more: readonly Finding[]): Findings {
  return { rows: [...rows, ...more], differences };
}

async function metered<T>(meter: Meter, work: (meter: Meter) => Promise<T>): Promise<T> {
  const done = await work(meter);
  meter.end();
  return done;
}

/** Nobody sees what is opened; that it was opened is recorded all the same. */
async function openAll(doors: Doors, meter: Meter): Promise<Opened> {
  const [store, tables, keys, audit] = await Promise.all([
    doors.store(),
    doors.index(),
    doors.keys(),
    doors.audit(),
  ]);
  await audit.record({
    tenant: '-',
    actor: { kind: 'person', name: doors.person },
    action: 'open',
    subject: { command: 'inventory', objects: 'all, kept none' },
    outcome: 'success',
  });
  return openArchive({ store, tables, keys }, meter.at);
}

function print(output: Output, { rows, differences }: Findings): void {
  output.table(output.json ? rows.map((row) => ({ ...row })) : rows.map(lineOf));
  for (const { what, tally } of differences)
    for (const name of tally.names) output.value({ difference: what, name });
  const red = rows.filter(({ state }) => state === 'bad').length;
  output.say(red === 0 ? 'nothing differs' : `${red} red; --json names each object (a thousand of a kind)`);
}

function lineOf({ check, state, found, fix }: Findings['rows'][number]): Readonly<Record<string, string>> {
  return { check, state: state === 'bad' ? 'RED' : state, found, fix: fix ?? '' };
}
