import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { SluiceError } from '@sluice/contracts';
import { peerOfRequest, type Peer } from '../peers.js';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** Who sends this request (RFC 6750, or a client certificate). @throws SluiceError INTAKE_CREDENTIALS_MISSING, INTAKE_PEER_REFUSED */
export function authenticate(peers: readonly Peer[], request: IncomingMessage): Peer {
  const { authorization } = request.headers;
  const { socket } = request;
  const fingerprint = fingerprintOf(socket);
  if (authorization === undefined && fingerprint === undefined)
    throw new SluiceError('INTAKE_CREDENTIALS_MISSING');
  const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  const readable = authorization === undefined || token !== undefined;
  const peer =
    readable && peerOfRequest(peers, { token, fingerprint, remoteAddress: socket.remoteAddress ?? '' });
  if (!peer) throw new SluiceError('INTAKE_PEER_REFUSED');
  return peer;
}

/** Of a certificate that our authority vouches for. */
function fingerprintOf(socket: IncomingMessage['socket']): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return socket.getPeerCertificate().fingerprint256;
}
