import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SECURITY_PROFILE } from '../security-profile.js';
import type { PeerAddress } from './sender.types.js';

/** Begins a connection to a peer, TLS or not; `ready` runs when data may be written. */
export function openConnection({ host, port, tls }: PeerAddress, ready: () => void): Socket {
  if (!tls) return connectTcp({ host, port, noDelay: true }, ready);
  const { ca, cert, key, serverName = host } = tls;
  // Node refuses an IP address as SNI; the certificate is checked against the name or address all the same.
  const sni = /^[\d.]+$|:/.test(serverName) ? {} : { servername: serverName };
  return connectTls(
    {
      ...SECURITY_PROFILE,
      host,
      port,
      ...sni,
      ...(ca ? { ca } : {}),
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
    },
    ready,
  );
}
