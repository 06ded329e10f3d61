import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { TenantId, Uid } from '@sluice/contracts';
import { z } from 'zod';

const AeTitle = z.string().trim().min(1).max(16);
const Fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/));

/** One sender that may push. What is not given is not checked, but a peer needs a way to be known on each door that it uses. */
export const Peer = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .describe('Shown in events, audit and metrics: must not name a person.'),
  tenant: TenantId,
  issuer: z.string().max(64).default('').describe('Issuer of Patient ID where the data set names none.'),
  aeTitle: AeTitle.optional().describe('Calling AE title on the DIMSE door.'),
  calledAeTitle: AeTitle.optional().describe('Called AE title that it must use.'),
  addresses: z
    .array(z.string().max(64))
    .max(64)
    .default([])
    .describe('IP addresses or CIDR ranges it may come from; empty: any.'),
  certificate: Fingerprint.optional().describe(
    'SHA-256 fingerprint of its client certificate; then TLS is required.',
  ),
  tokenSha256: Fingerprint.optional().describe('SHA-256 of its bearer token for STOW-RS.'),
  sopClasses: z
    .array(Uid)
    .max(256)
    .optional()
    .describe('Accepted SOP classes; default: every storage class in docs/conformance.md.'),
  transferSyntaxes: z
    .array(Uid)
    .max(64)
    .optional()
    .describe('Accepted transfer syntaxes; default: all in docs/conformance.md.'),
});
export type Peer = z.infer<typeof Peer>;

/** The operator's peer table: unique names, and unique AE titles, certificates and tokens so that a sender is one peer. */
export const PeerTable = z
  .array(Peer)
  .max(10_000)
  .superRefine((peers, context) => {
    for (const field of ['name', 'aeTitle', 'certificate', 'tokenSha256'] as const) {
      const values = peers.flatMap((peer) => (peer[field] === undefined ? [] : [peer[field]]));
      if (new Set(values).size < values.length)
        context.addIssue({ code: 'custom', message: `${field} is given twice` });
    }
  });

/** Who knocks on the DIMSE door. */
export interface Caller {
  readonly callingAE: string;
  readonly calledAE: string;
  readonly remoteAddress: string;
  /** SHA-256 fingerprint of the client certificate, any form; undefined without TLS or without certificate. */
  readonly fingerprint: string | undefined;
}

/** Finds the peer of a DIMSE caller, or undefined when it is not one, or not from where it should come. */
export function peerOfCaller(peers: readonly Peer[], caller: Caller): Peer | undefined {
  const peer = peers.find((row) => row.aeTitle !== undefined && row.aeTitle === caller.callingAE.trim());
  if (!peer) return undefined;
  if (peer.calledAeTitle !== undefined && peer.calledAeTitle !== caller.calledAE.trim()) return undefined;
  if (peer.certificate !== undefined && peer.certificate !== normalise(caller.fingerprint)) return undefined;
  return comesFrom(peer, caller.remoteAddress) ? peer : undefined;
}

/** Finds the peer of an HTTP request by bearer token or client certificate. */
export function peerOfRequest(
  peers: readonly Peer[],
  request: { token: string | undefined; fingerprint: string | undefined; remoteAddress: string },
): Peer | undefined {
  const digest =
    request.token === undefined ? undefined : createHash('sha256').update(request.token).digest();
  const fingerprint = normalise(request.fingerprint);
  const peer = peers.find(
    (row) =>
      (digest &&
        row.tokenSha256 !== undefined &&
        timingSafeEqual(digest, Buffer.from(row.tokenSha256, 'hex'))) ||
      (fingerprint !== undefined && row.certificate === fingerprint),
  );
  if (!peer || (peer.certificate !== undefined && peer.certificate !== fingerprint)) return undefined;
  return comesFrom(peer, request.remoteAddress) ? peer : undefined;
}

function comesFrom(peer: Peer, address: string): boolean {
  if (peer.addresses.length === 0) return true;
  const plain = address.replace(/^::ffff:/, '');
  const allowed = new BlockList();
  for (const range of peer.addresses) addRange(allowed, range);
  return allowed.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

const normalise = (fingerprint: string | undefined) => fingerprint?.replaceAll(':', '').toLowerCase();
