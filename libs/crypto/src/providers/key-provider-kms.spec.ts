import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KMS } from '@aws-sdk/client-kms';
import { KEY_PURPOSES } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKmsKeys, openKeys } from '../index.js';
import type { Keys } from '../keys.js';
import { only } from '../message/gather.js';
import { keysBehaviour, memoryShelf } from '../testing.js';
import { bytesOf, outcomeOf } from '../testing/streams.js';
import { countingProxy, type CountingProxy } from '../testing/counting-proxy.js';

const service = process.env['SLUICE_TEST_KMS'];
const skip = !service && process.env['SLUICE_TEST_UNIT'] === '1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

async function freshKeys() {
  if (!service)
    throw new Error(
      'SLUICE_TEST_KMS is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
    );
  const endpoint = new URL(service).searchParams.get('endpoint') as string;
  const aliasPrefix = `alias/suite-${randomBytes(6).toString('hex')}-`;
  const urlAt = (place: string) => `aws-kms:?region=us-east-1&endpoint=${place}&aliasPrefix=${aliasPrefix}`;
  await createKmsKeys(urlAt(endpoint), credentials);
  return { endpoint, aliasPrefix, urlAt };
}

describe.skipIf(skip)('aws kms', () => {
  keysBehaviour('behaviour', async () => {
    const { urlAt, endpoint } = await freshKeys();
    return {
      open: (options) => openKeys(urlAt(endpoint), { ...options, credentials }),
      remove: async () => {},
    };
  });

  describe('calls', () => {
    let proxy: CountingProxy;
    let keys: Keys;
    beforeAll(async () => {
      const { urlAt, endpoint } = await freshKeys();
      proxy = await countingProxy(endpoint);
      keys = await openKeys(urlAt(proxy.url), { shelf: memoryShelf(), credentials });
    });
    afterAll(async () => {
      await keys.close();
      await proxy.close();
    });

    it('takes one data key for a burst, few for 1,000 staged objects, and opens them with as few', async () => {
      const sealer = keys.staging('t1', 'staging-raw');
      const seal = () => bytesOf(sealer.seal(only(randomBytes(1000))));
      const sealed = await Promise.all(Array.from({ length: 100 }, seal));
      expect(proxy.calls('GenerateDataKey')).toBe(1);
      for (let round = 0; round < 9; round++)
        sealed.push(...(await Promise.all(Array.from({ length: 100 }, seal))));
      expect(proxy.calls('GenerateDataKey')).toBeLessThanOrEqual(2);
      for (const one of sealed) expect(await outcomeOf(sealer.open(only(one)))).toBe('opened');
      expect(proxy.calls('Decrypt')).toBeLessThanOrEqual(2);
      await seal();
      await seal();
      expect(proxy.calls('GenerateDataKey')).toBe(2);
    });

    it('takes one data key for large objects too', async () => {
      const before = proxy.calls('GenerateDataKey');
      const sealer = keys.staging('t2', 'staging-clean');
      for (let at = 0; at < 3; at++) await bytesOf(sealer.seal(only(randomBytes(3_000_000))));
      expect(proxy.calls('GenerateDataKey') - before).toBe(1);
    });

    it('signs by one call each, and asks for the public key once', async () => {
      const message = Buffer.from('a root');
      const signatures = await Promise.all([1, 2, 3].map(() => keys.signRelease(message)));
      for (const signature of signatures)
        expect((await keys.releaseKey()).verifies(message, signature)).toBe(true);
      expect([proxy.calls('Sign'), proxy.calls('GetPublicKey')]).toEqual([3, 1]);
    });

    it('asks no key for an object of another context', async () => {
      const sealed = await bytesOf(keys.staging('t3', 'staging-raw').seal(only(Buffer.from('x'))));
      const before = proxy.calls('Decrypt');
      expect(await outcomeOf(keys.staging('t4', 'staging-raw').open(only(sealed)))).toBe(
        'CRYPTO_OPEN_FAILED',
      );
      expect(proxy.calls('Decrypt')).toBe(before);
    });
  });

  it('tells a disabled key from a changed object, and goes on when it is enabled again', async () => {
    const { urlAt, endpoint, aliasPrefix } = await freshKeys();
    const shelf = memoryShelf();
    const options = { shelf, credentials };
    const sealed = await bytesOf(
      (await openKeys(urlAt(endpoint), options)).staging('t1', 'staging-raw').seal(only(Buffer.from('x'))),
    );
    await (await openKeys(urlAt(endpoint), options)).subject('t1', 'a'.repeat(64)).pseudonym();
    const admin = new KMS({ endpoint, region: 'us-east-1', credentials });
    const ids = await Promise.all(
      ['staging-raw', 'pseudonym'].map(
        async (purpose) =>
          (await admin.describeKey({ KeyId: `${aliasPrefix}${purpose}` })).KeyMetadata?.KeyId,
      ),
    );
    for (const KeyId of ids) await admin.disableKey({ KeyId });
    const keys = await openKeys(urlAt(endpoint), options);
    expect(await outcomeOf(keys.staging('t1', 'staging-raw').open(only(sealed)))).toBe('CRYPTO_KEY_REFUSED');
    expect(await outcomeOf(keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))))).toBe(
      'CRYPTO_KEY_REFUSED',
    );
    await expect(keys.subject('t1', 'a'.repeat(64)).pseudonym()).rejects.toMatchObject({
      code: 'CRYPTO_KEY_REFUSED',
      kind: 'transient',
    });
    await expect(keys.probe()).resolves.toBeUndefined();
    for (const KeyId of ids) await admin.enableKey({ KeyId });
    expect(await outcomeOf(keys.staging('t1', 'staging-raw').open(only(sealed)))).toBe('opened');
    await expect(keys.subject('t1', 'a'.repeat(64)).pseudonym()).resolves.toHaveLength(32);
    admin.destroy();
  });

  it('waits while an alias points at another key than the one that wrapped', async () => {
    const { urlAt, endpoint, aliasPrefix } = await freshKeys();
    const options = { shelf: memoryShelf(), credentials };
    const before = await openKeys(urlAt(endpoint), options);
    await before.tenant('t1', ['tenant-uid']);
    const staged = await bytesOf(before.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))));
    const admin = new KMS({ endpoint, region: 'us-east-1', credentials });
    for (const purpose of ['tenant-uid', 'staging-raw']) {
      const { KeyMetadata } = await admin.createKey({});
      await admin.updateAlias({ AliasName: `${aliasPrefix}${purpose}`, TargetKeyId: KeyMetadata?.KeyId });
    }
    const moved = await openKeys(urlAt(endpoint), options);
    await expect(moved.tenant('t1', ['tenant-uid'])).rejects.toMatchObject({
      code: 'CRYPTO_KEY_WRONG',
      kind: 'transient',
    });
    expect(await outcomeOf(moved.staging('t1', 'staging-raw').open(only(staged)))).toBe('CRYPTO_KEY_WRONG');
    admin.destroy();
  });

  it('creates missing keys only, whoever comes at the same time', async () => {
    const { urlAt, endpoint, aliasPrefix } = await freshKeys();
    await Promise.all([
      createKmsKeys(urlAt(endpoint), credentials),
      createKmsKeys(urlAt(endpoint), credentials),
    ]);
    const admin = new KMS({ endpoint, region: 'us-east-1', credentials });
    const { Aliases = [] } = await admin.listAliases({ Limit: 1000 });
    expect(Aliases.filter((alias) => alias.AliasName?.startsWith(aliasPrefix))).toHaveLength(
      KEY_PURPOSES.length,
    );
    admin.destroy();
  });

  it('goes on as soon as the key service is back', async () => {
    const { urlAt, endpoint } = await freshKeys();
    const proxy = await countingProxy(endpoint);
    const keys = await openKeys(urlAt(proxy.url), { shelf: memoryShelf(), credentials });
    proxy.refuse(true);
    expect(await outcomeOf(keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))))).toBe(
      'CRYPTO_KEYS_UNAVAILABLE',
    );
    await expect(keys.tenant('t1', ['tenant-uid'])).rejects.toMatchObject({
      code: 'CRYPTO_KEYS_UNAVAILABLE',
    });
    const away = { code: 'CRYPTO_KEYS_UNAVAILABLE', kind: 'transient' };
    await expect(keys.signRelease(Buffer.from('x'))).rejects.toMatchObject(away);
    await expect(keys.releaseKey()).rejects.toMatchObject(away);
    proxy.refuse(false);
    const sealed = await bytesOf(keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))));
    expect((await keys.tenant('t1', ['tenant-uid'])).uid('1.2')).toHaveLength(32);
    const signature = await keys.signRelease(Buffer.from('x'));
    expect((await keys.releaseKey()).verifies(Buffer.from('x'), signature)).toBe(true);
    const other = await openKeys(urlAt(proxy.url), { shelf: memoryShelf(), credentials });
    proxy.refuse(true);
    expect(await outcomeOf(other.staging('t1', 'staging-raw').open(only(sealed)))).toBe(
      'CRYPTO_KEYS_UNAVAILABLE',
    );
    proxy.refuse(false);
    expect(await outcomeOf(other.staging('t1', 'staging-raw').open(only(sealed)))).toBe('opened');
    await proxy.close();
  });
});

describe('a key service that is ill is never taken for a changed object', () => {
  const answering = async (answer: RequestListener): Promise<{ code: string; close(): void }> => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = await openKeys(`aws-kms:?region=us-east-1&endpoint=${endpoint}`, {
      shelf: memoryShelf(),
      credentials,
    });
    const code = await outcomeOf(keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))));
    await keys.close();
    return { code, close: () => (server.closeAllConnections(), server.close()) };
  };
  const named =
    (status: number, name: string): RequestListener =>
    (_request, response) => {
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': name })
        .end(JSON.stringify({ __type: name }));
    };

  it.each<[string, RequestListener, string]>([
    ['an empty answer', (_request, response) => response.writeHead(200).end('{}'), 'CRYPTO_KEYS_UNAVAILABLE'],
    [
      'a page instead of JSON',
      (_request, response) => response.writeHead(200).end('<html>'),
      'CRYPTO_KEYS_UNAVAILABLE',
    ],
    [
      'an error of a proxy',
      (_request, response) => response.writeHead(502).end('bad gateway'),
      'CRYPTO_KEYS_UNAVAILABLE',
    ],
    ['a cut connection', (request) => request.socket.destroy(), 'CRYPTO_KEYS_UNAVAILABLE'],
    ['silence', () => {}, 'CRYPTO_KEYS_UNAVAILABLE'],
    ['an internal error', named(500, 'KMSInternalException'), 'CRYPTO_KEYS_UNAVAILABLE'],
    ['a key in trouble', named(500, 'KeyUnavailableException'), 'CRYPTO_KEYS_UNAVAILABLE'],
    ['throttling', named(400, 'ThrottlingException'), 'CRYPTO_KEYS_UNAVAILABLE'],
    ['an unknown refusal', named(400, 'SomethingNewException'), 'CRYPTO_KEYS_UNAVAILABLE'],
    ['no grant', named(400, 'AccessDeniedException'), 'CRYPTO_KEY_REFUSED'],
    ['a missing key', named(400, 'NotFoundException'), 'CRYPTO_KEY_REFUSED'],
    ['expired credentials', named(400, 'ExpiredTokenException'), 'CRYPTO_KEY_REFUSED'],
  ])('%s', async (_what, answer, expected) => {
    const { code, close } = await answering(answer);
    close();
    expect(code).toBe(expected);
  });

  it('a closed port', async () => {
    const keys = await openKeys('aws-kms:?region=us-east-1&endpoint=http://127.0.0.1:1', {
      shelf: memoryShelf(),
      credentials,
    });
    expect(await outcomeOf(keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x'))))).toBe(
      'CRYPTO_KEYS_UNAVAILABLE',
    );
    const neverRead = keys.staging('t1', 'staging-raw').seal(only(Buffer.from('x')));
    await expect(keys.probe()).rejects.toMatchObject({ code: 'CRYPTO_KEYS_UNAVAILABLE', kind: 'transient' });
    expect(neverRead).toBeDefined();
    await expect(keys.subject('t1', 'a'.repeat(64)).pseudonym()).rejects.toMatchObject({
      code: 'CRYPTO_KEYS_UNAVAILABLE',
    });
    await keys.close();
  });
});
