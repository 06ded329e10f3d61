import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '@sluice/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBucket, openStore, proveStore, type Store } from '../index.js';
import { checkBucket } from './check-bucket.js';
import { checkObjects, checkStore } from './check-store.js';

const base = process.env['SLUICE_TEST_S3'];
const skip = !base && process.env['SLUICE_TEST_UNIT'] === '1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const red = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state === 'bad').map(({ check }) => check);

/** A store in memory whose last writer wins. */
function overwriting(): Store {
  const objects = new Map<string, Buffer>();
  const describeOf = (name: string, bytes: Buffer) => ({
    name,
    digest: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
  });
  return {
    ...store,
    put: async (name, body) => {
      const bytes = Buffer.from(body as Uint8Array);
      objects.set(name, bytes);
      return { ref: describeOf(name, bytes), created: true };
    },
    get: async ({ name }, range) => stream(objects.get(name)?.subarray(range?.start, range?.end)),
    head: async (name) => ({ sizeBytes: objects.get(name)?.length ?? 0, modifiedAt: new Date() }),
    describe: async (name) => describeOf(name, objects.get(name) ?? Buffer.alloc(0)),
    delete: async (name) => void objects.delete(name),
  };
}

async function* stream(bytes: Buffer | undefined) {
  yield bytes ?? Buffer.alloc(0);
}

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  store = await openStore(`file:${folder}`);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

describe('the check-up of a folder', () => {
  it('finds nothing red and leaves no object', async () => {
    const findings = await checkStore(`file:${folder}`);
    expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'reachable ok',
      'put and read back ok',
      'conditional put ok',
      'conditional put in parts ok',
      'ranged get ok',
      'clock ok',
      'delete and list ok',
    ]);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('says what to do where nobody answers, and nothing more', async () => {
    const [reached, ...others] = await checkStore('s3://nobody?endpoint=http://127.0.0.1:1&region=us-east-1');
    expect(reached).toMatchObject({ check: 'reachable', state: 'bad' });
    expect(reached?.fix).toContain('STORE_URL');
    expect(others).toEqual([]);
  });

  it.each<[string, Partial<Store>, string[]]>([
    [
      'lets two win, and keeps the first',
      { put: async (name, body) => ({ ...(await store.put(name, body)), created: true }) },
      ['conditional put', 'conditional put in parts'],
    ],
    ['ignores ranges', { get: (ref) => store.get(ref) }, ['ranged get']],
    [
      'has another clock',
      { head: async () => ({ sizeBytes: 10, modifiedAt: new Date(Date.now() - 60_000) }) },
      ['clock'],
    ],
  ])('finds a store that %s', async (_, ill, expected) => {
    const run = randomUUID();
    const findings = await checkObjects({ ...store, ...ill }, run);
    for (const what of ['small', 'range']) await store.delete(`probe/${run}/${what}`);
    expect(red(findings)).toEqual(expected);
    for (const { state, fix } of findings) expect(Boolean(fix)).toBe(state === 'bad');
  });

  it('finds a store that overwrites', async () => {
    expect(red(await checkObjects(overwriting(), randomUUID()))).toEqual([
      'conditional put',
      'conditional put in parts',
    ]);
  });

  it('lets no service start on a store that overwrites, and leaves one that is away to readiness', async () => {
    await proveStore(store);
    await expect(proveStore(overwriting())).rejects.toMatchObject({
      code: 'STORE_ABILITY_MISSING',
      kind: 'fatal',
    });
    const away = await openStore('s3://nobody?endpoint=http://127.0.0.1:1&region=us-east-1', { credentials });
    await expect(proveStore(away)).resolves.toBeUndefined();
    await away.close();
  });
});

/** An S3 server of which only the question and the answer matter. */
async function fakeS3(answer: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `s3://bucket?endpoint=http://127.0.0.1:${port}&region=us-east-1`,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

describe('the check-up of a server', () => {
  const options = { credentials };

  it('that says yes to everything: it stores nothing, overwrites and checks no digest', async () => {
    const { url, close } = await fakeS3((request, response) => {
      request.resume();
      const upload = request.url?.includes('uploads=') ? '<UploadId>1</UploadId>' : '';
      response.writeHead(200, { 'content-type': 'application/xml' }).end(`<Answer>${upload}</Answer>`);
    });
    const wishes = { versioning: true, objectLock: true };
    const bad = await openStore(url, options);
    expect(red(await checkObjects(bad, randomUUID()))).toEqual(
      expect.arrayContaining([
        'put and read back',
        'conditional put',
        'conditional put in parts',
        'ranged get',
      ]),
    );
    expect(red(await checkBucket(url, { run: randomUUID(), wishes, options }))).toEqual([
      'wrong digest',
      'versions',
      'object lock',
    ]);
    await bad.close();
    close();
  });

  /** Keeps three versions of one probe; `mayRemove` is what its lock says, `lock` what it tells of it. */
  async function checkVersioned({ lock, mayRemove }: { lock: string; mayRemove: boolean }) {
    const run = randomUUID();
    const versions = new Set(['v1', 'v2', 'marker']);
    const { url, close } = await fakeS3((request, response) => {
      request.resume();
      const { searchParams } = new URL(request.url ?? '/', 'http://server');
      const entry = (id: string) => `<Key>probe/${run}/small</Key><VersionId>${id}</VersionId>`;
      const listed = [...versions].map((id) =>
        id === 'marker' ? `<DeleteMarker>${entry(id)}</DeleteMarker>` : `<Version>${entry(id)}</Version>`,
      );
      const removes = request.method === 'DELETE' && searchParams.has('versionId');
      if (removes && mayRemove) versions.delete(searchParams.get('versionId') ?? '');
      const status = removes && !mayRemove ? 403 : 200;
      response.writeHead(request.method === 'PUT' ? 400 : status, { 'content-type': 'application/xml' });
      if (status === 403) return response.end('<Error><Code>AccessDenied</Code></Error>');
      if (searchParams.has('versioning')) return response.end('<A><Status>Enabled</Status></A>');
      if (searchParams.has('object-lock')) return response.end(lock);
      return response.end(searchParams.has('versions') ? `<A>${listed.join('')}</A>` : '<A/>');
    });
    const findings = await checkBucket(url, { run, wishes: { versioning: true }, options });
    close();
    return { findings, left: [...versions] };
  }
  const LOCK = `<A><ObjectLockEnabled>Enabled</ObjectLockEnabled>
    <Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>10</Years></DefaultRetention></Rule></A>`;

  it('that keeps versions: what it wrote is removed version by version', async () => {
    const { findings, left } = await checkVersioned({ lock: '<A/>', mayRemove: true });
    expect(red(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).not.toContain('object lock');
    expect(left).toEqual([]);
  });

  it('that locks what is put: its probes stay, and that is right and said', async () => {
    const { findings, left } = await checkVersioned({ lock: LOCK, mayRemove: false });
    expect(red(findings)).toEqual([]);
    expect(findings.slice(-2)).toMatchObject([
      { check: 'object lock', state: 'note', found: 'compliance, 10 years' },
      { check: 'removal of versions', state: 'note', found: expect.stringContaining('2 small objects stay') },
    ]);
    expect(left).toEqual(['v1', 'v2', 'marker']);
  });

  it('that says that it locks, and does not', async () => {
    const { findings } = await checkVersioned({ lock: LOCK, mayRemove: true });
    expect(red(findings)).toEqual(['removal of versions']);
  });

  it('that may not be asked about its lock: no row, unless it is wished', async () => {
    const { url, close } = await fakeS3((request, response) => {
      request.resume();
      const isAsked = request.url?.includes('object-lock') || request.method === 'PUT';
      response.writeHead(isAsked ? 403 : 200, { 'content-type': 'application/xml' }).end('<A/>');
    });
    const about = async (wishes: object) =>
      (await checkBucket(url, { run: randomUUID(), wishes, options })).map(
        ({ check, state }) => `${check} ${state}`,
      );
    expect(await about({})).not.toContain('object lock bad');
    expect(await about({ objectLock: true })).toContain('object lock bad');
    close();
  });
});

describe.skipIf(skip)('the check-up of S3', () => {
  const freshBucket = async () => {
    if (!base)
      throw new Error(
        'SLUICE_TEST_S3 is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
      );
    const url = new URL(base);
    url.hostname = `check-${randomBytes(6).toString('hex')}`;
    await createBucket(url.href);
    return url;
  };

  it('finds nothing red and leaves nothing behind, also below a prefix', async () => {
    const url = await freshBucket();
    url.pathname = '/below';
    const findings = await checkStore(url.href);
    expect(red(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['conditional put', 'conditional put in parts', 'wrong digest', 'versions']),
    );
    const left = await openStore(url.href.replace('/below', ''));
    expect(await Array.fromAsync(left.list(''))).toEqual([]);
    await left.close();
  });

  it('says that versions and object lock are off when they are asked for', async () => {
    const findings = await checkStore((await freshBucket()).href, { versioning: true, objectLock: true });
    expect(red(findings)).toEqual(['versions', 'object lock']);
  });
});
