import { isSluiceError, type SluiceEvent } from '@sluice/contracts';
import { type Peer, readPeers } from '@sluice/intake/peers';
import { receiveAgain } from '@sluice/intake/receive-again';
import { readSettings } from '@sluice/service/settings';
import { EXIT, parse, usage, type Command } from '../command.js';
import { DoctorSettings } from '../doctor/settings.js';
import { type Doors, withDoors } from '../doors.js';
import { stagedDeliveries } from '../inventory/compare-staging.js';
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

async function announceAll(doors: Doors, senderOf: SenderOf, output: Output): Promise<number> {
  const [store, tables, bus] = [await doors.store(), await doors.index(), await doors.bus()];
  const [keys, audit] = [await doors.keysAlone(), await doors.audit()];
  await audit.record({
    tenant: '-',
    actor: { kind: 'person', name: doors.person },
    action: 'open',
    subject: { command: 'announce', objects: 'staged without a row, kept none' },
    outcome: 'success',
  });
  let [said, refused] = [0, 0];
  for await (const { name, row } of stagedDeliveries({ store, tables })) {
    if (row) continue;
    const event = await eventOf({ store, keys }, { name, senderOf }).catch((error: unknown) => {
      if (!isSluiceError(error) || error.kind !== 'permanent' || error.code === 'CLI_USAGE') throw error;
      output.value({ name, code: error.code });
      output.complain(`${name}: ${error.code}`);
    });
    if (event) await bus.publish([event]);
    if (event) said += 1;
    else refused += 1;
  }
  output.value({ announced: said, refused });
  output.say(
    `${said} announced${refused > 0 ? `, ${refused} are not what their names say or do not open` : ''}`,
  );
  return refused === 0 ? EXIT.done : EXIT.incomplete;
}

type OpenDoors = Parameters<typeof receiveAgain>[0];

async function eventOf(
  doors: OpenDoors,
  { name, senderOf }: { name: string; senderOf: SenderOf },
): Promise<SluiceEvent<'instance.received.v1'>> {
  const receivedAt = (await doors.store.head(name))?.modifiedAt ?? new Date();
  const data = await receiveAgain(doors, { name, receivedAt, peer: senderOf(name.split('/')[1] ?? '') });
  const time = new Date().toISOString();
  return { type: 'instance.received.v1', id: `received-${data.attempt}`, source: 'cli', time, data };
}

type SenderOf = (tenant: string) => Peer;

/**
 * Which peer a tenant's delivery is taken to be from: who sent it stands in no object, and of its ids only the subject depends on it, by the
 * peer's issuer of Patient IDs. @throws SluiceError CLI_USAGE where there is none, or several issuers
 */
export function sendersOf(peers: readonly Peer[], named: string | undefined): SenderOf {
  return (tenant) => {
    const own = peers.filter((peer) => peer.tenant === tenant && (named ?? peer.name) === peer.name);
    const [first] = own;
    if (!first) throw usage(`PEERS has no such peer of tenant ${tenant}`);
    if (new Set(own.map(({ issuer }) => issuer)).size > 1)
      throw usage(`the peers of tenant ${tenant} have several issuers: give --peer NAME`);
    return first;
  };
}
