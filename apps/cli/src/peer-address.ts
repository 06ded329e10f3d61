import type { PeerAddress } from '@sluice/dicom';
import { PEER_ADDRESS } from '@sluice/intake/peers';

/** Reads `AE@host:port`; undefined when it is something else. */
export function peerAddress(text: string, callingAE: string): PeerAddress | undefined {
  const [, calledAE, host, port] = PEER_ADDRESS.exec(text) ?? [];
  if (!calledAE || !host) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), calledAE, callingAE };
}
