import { examine, type Finding } from '@sluice/contracts';
import { echo } from '@sluice/dicom';
import type { Peer } from '@sluice/intake/peers';
import { peerAddress } from '../peer-address.js';

const TIMEOUT_MS = 5_000;

/** Connects and asks by C-ECHO (PS3.7 9.1.5): `targets` are `AE@host:port`, and each peer that says where it listens. */
export async function checkPeers(
  peers: readonly Peer[],
  targets: readonly string[],
  callingAE: string,
): Promise<readonly Finding[]> {
  const known = peers.flatMap(({ name, echo }) => (echo ? [{ name, target: echo }] : []));
  const silent = peers.length - known.length;
  const rows = [...known, ...targets.map((target) => ({ name: target, target }))];
  const findings = await Promise.all(
    rows.map(({ name, target }) => examine(name, '', () => answers(target, callingAE))),
  );
  if (silent === 0) return findings;
  const fix = 'Give `echo` (AE@host:port) in PEERS where a sender listens too.';
  return [
    ...findings,
    { check: 'not asked', state: 'note', found: `${silent} of ${peers.length} peers`, fix },
  ];
}

async function answers(target: string, callingAE: string): Promise<string | Omit<Finding, 'check'>> {
  const address = peerAddress(target, callingAE);
  if (!address) return { state: 'bad', found: 'not an address', fix: 'Give AE@host:port.' };
  const status = await echo({ ...address, timeoutMs: TIMEOUT_MS });
  if (status === 0) return 'connects and answers C-ECHO';
  const found = `C-ECHO status ${status.toString(16).toUpperCase().padStart(4, '0')}`;
  return { state: 'bad', found, fix: 'Ask who runs the peer: it answers, but refuses verification.' };
}
