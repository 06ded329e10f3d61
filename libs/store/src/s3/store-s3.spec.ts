import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createBucket, openStore, type Store } from '../index.js';
import { storeBehaviour } from '../testing.js';
import { steadyBody } from '../testing/steady-body.js';
import { tcpProxy, type ProxyRules } from '../testing/tcp-proxy.js';

const base = process.env['SLUICE_TEST_S3'];
const skip = !base && process.env['SLUICE_TEST_UNIT'] === '1';

function freshUrl(): URL {
  if (!base)
    throw new Error(
      'SLUICE_TEST_S3 is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
    );
  const url = new URL(base);
  url.pathname = `/suite-${randomBytes(6).toString('hex')}`;
  return url;
}

const fresh = async (parameters: Record<string, string> = {}) => {
  const url = freshUrl();
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const endpoint = url.searchParams.get('endpoint') ?? '';
  const client = new S3Client({ endpoint, forcePathStyle: true });
  const at = (name: string) => ({ Bucket: url.hostname, Key: `${url.pathname.slice(1)}/${name}` });
  const flip = async (name: string, index: number) => {
    const bytes = await (await client.send(new GetObjectCommand(at(name)))).Body!.transformToByteArray();
    bytes[index]! ^= 1;
    await client.send(new PutObjectCommand({ ...at(name), Body: bytes }));
  };
  const remove = async () => {
    const store = await openStore(url.href);
    for await (const { name } of store.list('')) await client.send(new DeleteObjectCommand(at(name)));
    await store.close();
    client.destroy();
  };
  return {
    url: url.href,
    deadUrl: `s3://nobody/there?endpoint=${encodeURIComponent('http://127.0.0.1:1')}&region=us-east-1`,
    port: Number(new URL(endpoint).port),
    flip,
    remove,
  };
};

/** Runs `work` on a store behind a disturbed line, and on the same store behind a good one. */
async function disturbed(rules: ProxyRules, work: (bad: Store, good: Store) => Promise<void>): Promise<void> {
  const place = await fresh();
  const proxy = await tcpProxy(place.port, rules);
  const url = new URL(place.url);
  url.searchParams.set('endpoint', `http://127.0.0.1:${proxy.port}`);
  const [bad, good] = [await openStore(url.href, { requestTimeoutMs: 1_000 }), await openStore(place.url)];
  await work(bad, good);
  await Promise.all([bad.close(), good.close()]);
  proxy.close();
  await place.remove();
}

const isPut = (bytes: Buffer) => bytes.subarray(0, 4).toString() === 'PUT ';

describe.skipIf(skip)('s3', () => {
  storeBehaviour('with checksums', fresh);

  it('does without checksums where a store wants none, parts included', async () => {
    const place = await fresh({ checksums: 'when-required' });
    const store = await openStore(place.url);
    for (const sizeBytes of [100, 20 * 1024 * 1024]) {
      const { ref, created } = await store.put(`size/${sizeBytes}`, steadyBody('x', sizeBytes));
      expect(created).toBe(true);
      expect(await store.describe(ref.name)).toEqual(ref);
    }
    await place.remove();
  });

  it.each(['when-required', 'when-supported'])(
    'stores nothing when bytes change on their way (checksums %s)',
    async (checksums) => {
      const place = await fresh({ checksums });
      const marker = Buffer.from('MARKER-MARKER-MARKER');
      const up = (bytes: Buffer) => {
        const at = bytes.indexOf(marker);
        if (at >= 0) bytes[at]! ^= 1;
        return bytes;
      };
      const proxy = await tcpProxy(place.port, { up });
      const url = new URL(place.url);
      url.searchParams.set('endpoint', `http://127.0.0.1:${proxy.port}`);
      const [bad, good] = [await openStore(url.href), await openStore(place.url)];
      await expect(bad.put('changed', marker)).rejects.toMatchObject({
        name: 'SluiceError',
        kind: 'transient',
      });
      expect(await good.head('changed')).toBeUndefined();
      proxy.close();
      await place.remove();
    },
  );

  it.each([300_000, 20 * 1024 * 1024])(
    'sends %i bytes again from memory when the line is cut',
    async (sizeBytes) => {
      let cuts = 0;
      const up = (bytes: Buffer) =>
        !isPut(bytes) && bytes.length > 1_000 && cuts++ === 0 ? undefined : bytes;
      await disturbed({ up }, async (bad, good) => {
        const { ref, created } = await bad.put('cut', steadyBody('cut', sizeBytes));
        expect(created).toBe(true);
        expect(cuts).toBeGreaterThan(0);
        expect(await good.describe('cut')).toEqual(ref);
      });
    },
  );

  it('answers with what is there when only the answer was lost', async () => {
    let puts = 0;
    const up = (bytes: Buffer) => ((puts += isPut(bytes) ? 1 : 0), bytes);
    const down = (bytes: Buffer) => (puts === 1 ? undefined : bytes);
    await disturbed({ up, down }, async (bad, good) => {
      const { ref } = await bad.put('lost', Buffer.from('answer'));
      expect(puts).toBeGreaterThan(1);
      expect(await good.describe('lost')).toEqual(ref);
    });
  });

  it(
    'says STORE_UNAVAILABLE when the line is cut while reading, or nobody answers',
    { timeout: 40_000 },
    async () => {
      let passed = 0;
      let silent = false;
      const down = (bytes: Buffer) => {
        if (silent) return Buffer.alloc(0);
        return (passed += bytes.length) > 200_000 ? undefined : bytes;
      };
      await disturbed({ down }, async (bad, good) => {
        const { ref } = await good.put('read', steadyBody('read', 2_000_000));
        const read = async () => Array.fromAsync(await bad.get(ref));
        await expect(read()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        silent = true;
        await expect(bad.probe()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        await expect(bad.put('silent', Buffer.from('x'))).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
        });
      });
    },
  );

  it('says who is to blame: a wrong secret, a missing bucket, a wrong URL', async () => {
    const { url } = await fresh();
    const stranger = await openStore(url, {
      credentials: { accessKeyId: 'stranger', secretAccessKey: 'wrong' },
    });
    await expect(stranger.put('a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      kind: 'transient',
    });
    const missing = await openStore(url.replace('s3://', 's3://no-such-bucket-'));
    await expect(missing.probe()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(missing.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(missing.get({ name: 'a' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    for (const wrong of [
      's3://',
      's3://b?x=1',
      's3://bucket?checksums=always',
      's3://bucket/UP',
      'ftp://x',
    ]) {
      await expect(openStore(wrong)).rejects.toMatchObject({ name: 'SluiceError' });
    }
  });

  it('makes a bucket once', async () => {
    const url = freshUrl();
    url.hostname = `bucket-${randomBytes(6).toString('hex')}`;
    await createBucket(url.href);
    await createBucket(url.href);
    const store = await openStore(url.href);
    await store.probe();
    await store.close();
  });
});
