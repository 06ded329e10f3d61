import { readPeers } from '@sluice/intake/peers';
import { readSettings } from '@sluice/service/settings';
import { type AnnounceCount, announceStaged, type AnnounceTerms } from '../announce/announce-staged.js';
import { readForgotten } from '../announce/forgotten.js';
import { sendersOf } from '../announce/senders.js';
import { EXIT, parse, usage, type Command } from '../command.js';
import { DoctorSettings } from '../doctor/settings.js';
import { type Doors, withDoors } from '../doors.js';
import type { Output } from '../output.js';

const OPTIONS = {
  peer: { type: 'string' },
  'older-than': { type: 'string' },
  forgotten: { type: 'string' },
} as const;
const MINUTES = 5;

/** `sluice announce`: says again what was acknowledged and lies staged, and whose event and row a restore has not brought back. */
export const announce: Command = {
  summary: 'say again staged deliveries that no row names, after a restore (docs/backup.md); needs PEERS',
  usage: ['announce [--peer NAME] [--older-than MINUTES] [--forgotten FILE]'],
  async run(args, output, { person }) {
    const { values } = parse(args, OPTIONS);
    const olderThanMs = millisecondsOf(values['older-than'] ?? `${MINUTES}`);
    const forgotten = await readForgotten(values.forgotten);
    const { PEERS } = readSettings(DoctorSettings);
    if (!PEERS) throw usage('PEERS is missing: whose patients these are is settled by the peer table');
    const terms = { sendersOf: sendersOf(readPeers(PEERS), values.peer), olderThanMs, forgotten };
    return withDoors((doors) => announceAll(doors, terms, output), { person });
  },
};

function millisecondsOf(minutes: string): number {
  if (!/^\d{1,5}$/.test(minutes)) throw usage('--older-than wants whole minutes');
  return Number(minutes) * 60_000;
}

type Terms = Omit<AnnounceTerms, 'left'>;

async function announceAll(doors: Doors, terms: Terms, output: Output): Promise<number> {
  const [store, tables, bus] = [await doors.store(), await doors.index(), await doors.bus()];
  const [keys, audit] = [await doors.keysAlone(), await doors.audit()];
  await audit.record({
    tenant: '-',
    actor: { kind: 'person', name: doors.person },
    action: 'open',
    subject: { command: 'announce', objects: 'staged without a row, kept none' },
    outcome: 'success',
  });
  const count = await announceStaged(
    { store, tables, bus, keys },
    {
      ...terms,
      left: (name, why) => {
        output.value({ name, why });
        output.complain(`${name}: ${why}`);
      },
    },
  );
  return tell(count, output);
}

/** What a person is to do about what was not announced. */
const LEFT: Readonly<Record<Exclude<keyof AnnounceCount, 'announced' | 'known' | 'forgotten'>, string>> = {
  refused: 'are not what their names say, do not open, or are of nobody knows which sender (docs/errors.md)',
  young: 'are too young and may still be on their way: run it again later',
  releases:
    'were staged for a decision: release them again (`sluice quarantine list`); one that counts as decided waits until archival has read its decision again (docs/backup.md)',
};

function tell(count: AnnounceCount, output: Output): number {
  const { announced, refused, forgotten, known: _known, ...more } = count;
  const left = Object.entries({ refused, ...more }).filter(([, number]) => number > 0);
  output.value({ announced, refused, ...(forgotten > 0 && { forgotten }), ...Object.fromEntries(left) });
  output.say(`${announced} announced`);
  if (forgotten > 0) output.say(`${forgotten} of who was forgotten are left: delete them (docs/backup.md)`);
  for (const [what, number] of left) output.complain(`${number} ${LEFT[what as keyof typeof LEFT]}`);
  return left.length === 0 ? EXIT.done : EXIT.incomplete;
}
