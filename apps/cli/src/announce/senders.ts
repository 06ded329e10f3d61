import type { Peer } from '@sluice/intake/peers';
import { usage } from '../command.js';

/** The peers of a tenant, the one first whose name is to be said. */
export type SendersOf = (tenant: string) => readonly Peer[];

/** Whose a tenant's deliveries may be; `named` comes first in its own tenant, and is none in another. @throws SluiceError CLI_USAGE when there is no such peer */
export function sendersOf(peers: readonly Peer[], named: string | undefined): SendersOf {
  if (named !== undefined && !peers.some(({ name }) => name === named))
    throw usage('PEERS has no peer of this name');
  const ordered = peers.toSorted((a, b) => Number(b.name === named) - Number(a.name === named));
  return (tenant) => ordered.filter((peer) => peer.tenant === tenant);
}
