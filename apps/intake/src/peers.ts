import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { SluiceError, TenantId, Uid } from '@sluice/contracts';
import { z } from 'zod';

const AeTitle = z.string().trim().min(1).max(16);
const Fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/));

const AddressRange = z.string().max(64).refine(isAddressRange, 'neither an IP address nor a CIDR range');

/** `AE@host:port`, an IPv6 address in brackets. */
export const PEER_ADDRESS = /^([^@]{1,16})@(\[[^\]]+\]|[^:]+):(\d{1,5})$/;

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
    .array(AddressRange)
    .max(64)
    .default([])
    .describe('IP addresses or CIDR ranges it may come from; empty: any.'),
  certificate: Fingerprint.optional().describe(
    'SHA-256 fingerprint of its client certificate; then TLS is required.',
  ),
  tokenSha256: Fingerprint.optional().describe('SHA-256 of its bearer token for STOW-RS.'),
  echo: z
    .string()
    .max(300)
    .regex(PEER_ADDRESS)
    .optional()
    .describe('Where it listens itself, as AE@host:port: `sluice doctor` asks there by C-ECHO.'),
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

/** Reads the setting PEERS. @throws SluiceError SERVICE_CONFIG_INVALID, naming fields and never values */
export function readPeers(text: string): readonly Peer[] {
  const parsed = PeerTable.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 10).map((issue) => issue.path.join('.') || issue.message);
  throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: `PEERS: ${fields.join(', ')}` });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: 'PEERS: not JSON' });
  }
}

/** Who knocks on the DIMSE door. */
export interface Caller {
  readonly callingAE: string;
  readonly calledAE: string;
  readonly remoteAddress: string;
  /** SHA-256 fingerprint of the client certificate, any form; undefined without TLS or without certificate. */
  readonly fingerprint: string | undefined;
}

/** Who a caller is; when it is refused, `claimed` names the peer that it says to be. */
export type Recognition =
  | { readonly peer: Peer }
  | { readonly peer?: undefined; readonly refused: 'caller' | 'called-title'; readonly claimed?: string };

/** Recognises a DIMSE caller: AE title, then certificate and address, then the title it calls. */
export function recogniseCaller(peers: readonly Peer[], caller: Caller): Recognition {
  const peer = peers.find((row) => row.aeTitle !== undefined && row.aeTitle === caller.callingAE.trim());
  if (!peer) return { refused: 'caller' };
  const proven = peer.certificate === undefined || peer.certificate === normalise(caller.fingerprint);
  if (!proven || !comesFrom(peer, caller.remoteAddress)) return { refused: 'caller', claimed: peer.name };
  if (peer.calledAeTitle !== undefined && peer.calledAeTitle !== caller.calledAE.trim())
    return { refused: 'called-title', claimed: peer.name };
  return { peer };
}

/** What an HTTP request shows of its sender. */
export interface Credentials {
  readonly token: string | undefined;
  readonly fingerprint: string | undefined;
  readonly remoteAddress: string;
}

/** Finds the peer of an HTTP request by bearer token or, without one, by client certificate. */
export function peerOfRequest(peers: readonly Peer[], request: Credentials): Peer | undefined {
  const fingerprint = normalise(request.fingerprint);
  const peer =
    request.token === undefined
      ? peers.find((row) => fingerprint !== undefined && row.certificate === fingerprint)
      : peerOfToken(peers, request.token);
  if (!peer || (peer.certificate !== undefined && peer.certificate !== fingerprint)) return undefined;
  return comesFrom(peer, request.remoteAddress) ? peer : undefined;
}

function peerOfToken(peers: readonly Peer[], token: string): Peer | undefined {
  const digest = createHash('sha256').update(token).digest();
  return peers.find(
    ({ tokenSha256 }) =>
      tokenSha256 !== undefined && timingSafeEqual(digest, Buffer.from(tokenSha256, 'hex')),
  );
}

function comesFrom(peer: Peer, address: string): boolean {
  if (peer.addresses.length === 0) return true;
  const plain = address.replace(/^::ffff:/, '');
  const allowed = new BlockList();
  for (const range of peer.addresses) addRange(allowed, range);
  return isIP(plain) !== 0 && allowed.check(plain, familyOf(plain));
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  if (bits === undefined) list.addAddress(address, familyOf(address));
  else list.addSubnet(address, Number(bits), familyOf(address));
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv6(address) ? 128 : 32));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function normalise(fingerprint: string | undefined): string | undefined {
  return fingerprint?.replaceAll(':', '').toLowerCase();
}
