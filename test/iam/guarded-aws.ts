import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Call, allowedBy } from './evaluate.js';
import { principalOf, type Policy } from './policies.js';
import { s3CallOf } from './calls.js';

/** Where the real servers are, and what the names in requests stand for. */
export interface GuardedPlace {
  readonly s3: string;
  readonly kms: string;
  /** What stands before an object's name in the bucket, with its slash. */
  readonly prefix: string;
  /** Aliases by key ARN. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** S3 and KMS as one role sees them: what its policy does not allow is refused, and everything that was asked is kept. */
export interface GuardedAws {
  /** The endpoint of both. */
  readonly url: string;
  readonly allowed: readonly { readonly call: Call; readonly sid: string }[];
  readonly denied: readonly Call[];
  close(): void;
}

/** Stands before the real servers, on a free port of 127.0.0.1. */
export async function guardedAws(role: string, policy: Policy, place: GuardedPlace): Promise<GuardedAws> {
  const allowed: { call: Call; sid: string }[] = [];
  const denied: Call[] = [];
  const mayPass = (asked: Omit<Call, 'principal'>): boolean => {
    const call = { ...asked, principal: principalOf(role) };
    const sid = allowedBy(policy, call);
    if (sid === undefined) denied.push(call);
    else allowed.push({ call, sid });
    return sid !== undefined;
  };
  const server = createServer((incoming, outgoing) => {
    const isKms = incoming.headers['x-amz-target'] !== undefined;
    const passing = isKms
      ? passKms(incoming, outgoing, { place, mayPass })
      : passS3(incoming, outgoing, { place, mayPass });
    passing.catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, allowed, denied },
    close: () => (server.closeAllConnections(), server.close()),
  };
}

interface Guard {
  readonly place: GuardedPlace;
  readonly mayPass: (call: Omit<Call, 'principal'>) => boolean;
}

async function passKms(incoming: IncomingMessage, outgoing: ServerResponse, guard: Guard): Promise<void> {
  const body = await buffer(incoming);
  const operation = String(incoming.headers['x-amz-target']).split('.').at(-1);
  const asked = JSON.parse(String(body)) as { KeyId?: string; EncryptionContext?: Record<string, string> };
  const named = asked.KeyId ?? '';
  const alias = named.startsWith('alias/') ? named : (guard.place.aliases.get(named) ?? '');
  const context = Object.entries(asked.EncryptionContext ?? {}).map(
    ([key, value]) => [`kms:EncryptionContext:${key}`, [value]] as const,
  );
  const call = {
    action: `kms:${operation}`,
    resource: `arn:aws:kms:REGION:ACCOUNT:key/${named.split('/').at(-1)}`,
    context: { 'kms:ResourceAliases': [alias], ...Object.fromEntries(context) },
  };
  if (!guard.mayPass(call)) {
    outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify({ __type: 'AccessDeniedException' }));
    return;
  }
  passOn(incoming, outgoing, guard.place.kms).end(body);
}

async function passS3(incoming: IncomingMessage, outgoing: ServerResponse, guard: Guard): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://bucket');
  const { action, key, context } = s3CallOf(incoming.method ?? 'GET', url, incoming.headers);
  const { prefix } = guard.place;
  const name = key.startsWith(prefix) ? key.slice(prefix.length) : `outside/${key}`;
  const resource = key === '' ? 'arn:aws:s3:::BUCKET' : `arn:aws:s3:::BUCKET/${name}`;
  if (!guard.mayPass({ action, resource, context })) {
    incoming.resume();
    outgoing.writeHead(403, { 'content-type': 'application/xml', connection: 'close' });
    outgoing.end(incoming.method === 'HEAD' ? undefined : '<Error><Code>AccessDenied</Code></Error>');
    return;
  }
  incoming.pipe(passOn(incoming, outgoing, guard.place.s3));
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, target: string) {
  const { method, headers } = incoming;
  const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  return onward.on('error', () => outgoing.destroy());
}
