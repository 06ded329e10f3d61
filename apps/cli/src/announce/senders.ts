import type { Peer } from '@sluice/intake/peers';
import { usage } from '../command.js';

export type SenderOf = (tenant: string) => Peer;

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
