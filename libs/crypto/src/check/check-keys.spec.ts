import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { KMS } from '@aws-sdk/client-kms';
import { type Finding, KEY_PURPOSES, TenantId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { checkKeys, createKmsKeys, openKeys } from '../index.js';
import { memoryShelf } from '../testing.js';
import { PROBE_TENANT } from './probe-tenant.js';

const service = process.env['SLUICE_TEST_KMS'];
const skip = !service && process.env['SLUICE_TEST_UNIT'] === '1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const red = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state === 'bad').map(({ check }) => check);

it('works under a name that no tenant can have: a role bound to it opens nothing of theirs', () => {
  expect(TenantId.safeParse('doctor').success).toBe(true);
  expect(TenantId.safeParse(PROBE_TENANT).success).toBe(false);
});

describe('the check-up of a master key file', () => {
  it('finds nothing red, and makes no key where there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
    const url = `local:${join(folder, 'keys')}`;
    expect(await checkKeys(url)).toMatchObject([{ check: 'reachable', state: 'bad' }]);
    await (await openKeys(url, { shelf: memoryShelf() })).close();
    const findings = await checkKeys(url);
    expect(red(findings)).toEqual([]);
    expect(findings.at(-1)?.found).toContain('another context refused');
    await rm(folder, { recursive: true });
  });
});

it('says what to do where no key service answers, and nothing more', async () => {
  const findings = await checkKeys('aws-kms:?region=us-east-1&endpoint=http://127.0.0.1:1', { credentials });
  expect(findings).toMatchObject([{ check: 'reachable', state: 'bad' }]);
  expect(findings[0]?.fix).toContain('KEYS_URL');
});

describe.skipIf(skip)('the check-up of KMS', () => {
  const freshKeys = async () => {
    if (!service)
      throw new Error(
        'SLUICE_TEST_KMS is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
      );
    const endpoint = new URL(service).searchParams.get('endpoint') as string;
    const aliasPrefix = `alias/check-${randomBytes(6).toString('hex')}-`;
    const urlAt = (place: string) => `aws-kms:?region=us-east-1&endpoint=${place}&aliasPrefix=${aliasPrefix}`;
    return { endpoint, aliasPrefix, urlAt };
  };

  it('finds nothing red: each purpose wraps or signs, and another context is refused', async () => {
    const { endpoint, urlAt } = await freshKeys();
    await createKmsKeys(urlAt(endpoint), credentials);
    const findings = await checkKeys(urlAt(endpoint), { credentials });
    expect(red(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'reachable',
      ...KEY_PURPOSES.map((purpose) => `key ${purpose}`),
    ]);
  });

  it('names the keys that are missing, disabled or of another kind', async () => {
    const { endpoint, urlAt, aliasPrefix } = await freshKeys();
    const admin = new KMS({ endpoint, region: 'us-east-1', credentials });
    const give = async (purpose: string, kind: object = {}) => {
      const { KeyMetadata } = await admin.createKey(kind);
      await admin.createAlias({ AliasName: `${aliasPrefix}${purpose}`, TargetKeyId: KeyMetadata?.KeyId });
      return KeyMetadata?.KeyId;
    };
    await admin.disableKey({ KeyId: await give('archive') });
    await give('release-signing');
    await give('pseudonym');
    const purposes = ['archive', 'release-signing', 'pseudonym', 'tenant-uid'] as const;
    const findings = await checkKeys(urlAt(endpoint), { credentials, purposes });
    admin.destroy();
    expect(red(findings)).toEqual(['key archive', 'key release-signing', 'key tenant-uid']);
    const found = Object.fromEntries(findings.map((row) => [row.check, row.found]));
    expect(found['key archive']).toContain('not enabled');
    expect(found['key release-signing']).toContain('its usage is');
    expect(found['key tenant-uid']).toContain('CRYPTO_KEY_REFUSED');
  });

  it('finds a key server that ignores the encryption context', async () => {
    const { endpoint, urlAt } = await freshKeys();
    await createKmsKeys(urlAt(endpoint), credentials);
    const careless = await carelessServer(endpoint);
    const findings = await checkKeys(urlAt(careless.url), { credentials });
    careless.close();
    expect(red(findings)).toEqual(
      KEY_PURPOSES.filter((purpose) => purpose !== 'release-signing').map((purpose) => `key ${purpose}`),
    );
    expect(findings.find(({ state }) => state === 'bad')).toMatchObject({
      found: 'another encryption context was accepted',
      fix: expect.stringContaining('binds the encryption context'),
    });
  });
});

/** Passes on to a good server, but opens what it wrapped whatever the context. */
async function carelessServer(target: string): Promise<{ url: string; close(): void }> {
  const wrapped = new Map<string, object>();
  const server = createServer((incoming, outgoing) => {
    void buffer(incoming).then((body) => {
      const operation = String(incoming.headers['x-amz-target']).split('.').at(-1);
      const known = wrapped.get(
        (JSON.parse(String(body)) as { CiphertextBlob?: string }).CiphertextBlob ?? '',
      );
      if (operation === 'Decrypt' && known) return outgoing.end(JSON.stringify(known));
      const onward = request(target, { method: 'POST', headers: incoming.headers }, (answer) => {
        void buffer(answer).then((bytes) => {
          const said = JSON.parse(String(bytes)) as { CiphertextBlob?: string };
          if (operation === 'GenerateDataKey' && said.CiphertextBlob) wrapped.set(said.CiphertextBlob, said);
          outgoing
            .writeHead(answer.statusCode ?? 502, { 'content-type': 'application/x-amz-json-1.1' })
            .end(bytes);
        });
      });
      return onward.end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => (server.closeAllConnections(), server.close()),
  };
}
