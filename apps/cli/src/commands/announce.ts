import { readPeers } from '@sluice/intake/peers';
import { readSettings } from '@sluice/service/settings';
import { type AnnounceCount, announceStaged } from '../announce/announce-staged.js';
import { type SendersOf, sendersOf } from '../announce/senders.js';
import { EXIT, parse, usage, type Command } from '../command.js';
import { DoctorSettings } from '../doctor/settings.js';
import { type Doors, withDoors } from '../doors.js';
import type { Output } from '../output.js';

const OPTIONS = { peer: { type: 'string' } } as const;

/** `sluice announce`: says again what was acknowledged and lies staged, and whose event and row a restore has not brought back. */
export const announce: Command = {
  summary: 'say again staged deliveries that no row names, after a restore (docs/backup.md); needs PEERS',
  usage: ['announce [--peer NAME]'],
  async run(args, output, { person }) {
    const { values } = parse(args, OPTIONS);
    const { PEERS } = readSettings(DoctorSettings);
    if (!PEERS) throw usage('PEERS is missing: whose patients these are is settled by the peer table');
    const senders = sendersOf(readPeers(PEERS), values.peer);
    return withDoors((doors) => announceAll(doors, senders, output), { person });
  },
};

async function announceAll(doors: Doors, senders: SendersOf, output: Output): Promise<number> {
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
      sendersOf: senders,
      refused: (name, code) => {
        output.value({ name, code });
        output.complain(`${name}: ${code}`);
      },
    },
  );
  return tell(count, output);
}

/** What a person is to do about what was not announced. */
const LEFT: Readonly<Record<Exclude<keyof AnnounceCount, 'announced'>, string>> = {
  refused: 'are not what their names say, do not open, or are of nobody knows which sender (docs/errors.md)',
  releases:
    'were staged for a decision: release them again (`sluice quarantine list`); one that counts as decided waits until archival has read its decision again (docs/backup.md)',
};

function tell({ announced, refused, ...more }: AnnounceCount, output: Output): number {
  const left = Object.entries({ refused, ...more }).filter(([, number]) => number > 0);
  output.value({ announced, refused, ...Object.fromEntries(left) });
  output.say(`${announced} announced`);
  for (const [what, number] of left) output.complain(`${number} ${LEFT[what as keyof typeof LEFT]}`);
  return left.length === 0 ? EXIT.done : EXIT.incomplete;
}
