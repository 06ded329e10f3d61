import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SluiceEvent } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { type Keys, openKeys } from '@sluice/crypto';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encryptionStage } from './stage.js';

let folder: string;
let store: Store;
let keys: Keys;
/** Names that were read whole. */
let fetched: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-encryption-'));
  store = await openStore(`file:${join(folder, 'store')}`);
  keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store) });
  fetched = [];
});
afterEach(async () => {
  await Promise.all([store.close(), keys.close()]);
  await rm(folder, { recursive: true });
});

const stage = () =>
  encryptionStage({
    keys,
    store: {
      ...store,
      get: (ref, range) => {
        fetched.push(ref.name);
        return store.get(ref, range);
      },
    },
  });

async function received(source: string): Promise<SluiceEvent<'instance.received.v1'>> {
  const sample = sampleReceived();
  const sealed = keys.staging('t1', 'staging-raw').seal(once(Buffer.from('an image')));
  const { ref: object } = await store.put(sample.object.name, sealed);
  return { id: 'received-1', type: 'instance.received.v1', source, data: { ...sample, object } };
}

describe('a received instance', () => {
  it('is-sealed-so-that-it-opens-as-it-came', async () => {
    const [sealed] = await stage().handle(await received('intake'));
    expect(sealed).toMatchObject({ type: 'object.sealed.v1', data: { objectKind: 'raw' } });
    if (sealed?.type !== 'object.sealed.v1') throw new Error('not sealed');
    const { archived, subjectKey, contentKey } = sealed.data;
    const sealer = await keys.subject('t1', subjectKey).openArchive(archived.name, contentKey);
    const plain = Buffer.concat(await Array.fromAsync(sealer.open(await store.get(archived))));
    expect(plain.toString()).toBe('an image');
  });

  it('is-not-read-once-more-when-archival-announces-it-again', async () => {
    const [first] = await stage().handle(await received('intake'));
    fetched = [];
    const again = await received('archival');
    expect(await stage().handle(again)).toEqual([first]);
    expect(fetched).toEqual([]);
    await store.delete(again.data.object.name);
    expect(await stage().handle(again)).toEqual([first]);
  });

  it('is-sealed-when-archival-announces-what-was-lost', async () => {
    const [sealed] = await stage().handle(await received('archival'));
    expect(sealed).toMatchObject({ data: { archived: { sizeBytes: expect.any(Number) as number } } });
    expect(fetched).toHaveLength(1);
  });
});

describe('a late event of a subject that was erased', () => {
  const secrets = async () => (await Array.fromAsync(store.list('secrets/'))).length;

  it.each(['intake', 'archival'])(
    'makes-no-new-secret-where-the-staged-bytes-are-gone (said by %s)',
    async (source) => {
      const event = await received(source);
      await store.delete(event.data.object.name);
      await expect(stage().handle(event)).rejects.toMatchObject({ code: 'STORE_OBJECT_MISSING' });
      expect(await secrets()).toBe(0);
    },
  );

  it('makes-none-for-bytes-that-do-not-open', async () => {
    const event = await received('intake');
    const { ref: object } = await store.put(`${event.data.object.name}-other`, Buffer.from('never sealed'));
    const other = { ...event, data: { ...event.data, object } };
    await expect(stage().handle(other)).rejects.toMatchObject({ code: 'CRYPTO_OPEN_FAILED' });
    expect(await secrets()).toBe(0);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
