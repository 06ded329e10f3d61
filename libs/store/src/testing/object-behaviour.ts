import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../open-store.js';
import type { Store } from '../store.js';
import { measure, steadyBody } from './steady-body.js';
import type { StorePlace } from './store-place.js';

const MIB = 1024 * 1024;

/** Names, bytes, ranges, lists: what a store does when all is well. */
export function objectBehaviour(fresh: () => Promise<StorePlace>): void {
  let place: StorePlace;
  let store: Store;
  const bytes = async (name: string, range?: { start: number; end: number }) =>
    Buffer.concat(await Array.fromAsync(await store.get({ name }, range)));

  beforeAll(async () => {
    place = await fresh();
    store = await openStore(place.url);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it('is there', async () => {
    await store.probe();
    expect(Math.abs(store.skewMs() ?? Infinity)).toBeLessThan(60_000);
    const usage = await store.usage();
    if (usage !== undefined) expect(usage).toBeGreaterThan(0);
  });

  it.each([0, 1, 540_000, 8 * MIB + 1, 16 * MIB, 16 * MIB + 1])(
    'gives %i bytes back as they went in',
    async (sizeBytes) => {
      const name = `sizes/${sizeBytes}`;
      const { ref, created } = await store.put(name, steadyBody(name, sizeBytes));
      expect({ ref, created }).toEqual({
        ref: { name, ...(await measure(steadyBody(name, sizeBytes))) },
        created: true,
      });
      expect(await measure(await store.get(ref))).toEqual({ digest: ref.digest, sizeBytes });
      expect(await store.describe(name)).toEqual(ref);
      expect(await store.head(name)).toMatchObject({ sizeBytes });
    },
  );

  it('takes a body that is in memory, and tells its age', async () => {
    await store.put('memory', Buffer.from('abc'));
    expect(String(await bytes('memory'))).toBe('abc');
    expect(Math.abs(Date.now() - Number((await store.head('memory'))?.modifiedAt))).toBeLessThan(60_000);
  });

  it('lets exactly one of 32 racers create a name and tells the others what won', async () => {
    const puts = await Promise.all(
      Array.from({ length: 32 }, (_, racer) =>
        store.put('race/one/name', steadyBody(`racer ${racer}`, 50_000 + racer)),
      ),
    );
    expect(puts.filter((put) => put.created)).toHaveLength(1);
    const winner = puts.find((put) => put.created)?.ref;
    for (const { ref } of puts) expect(ref).toEqual(winner);
    expect(await store.describe('race/one/name')).toEqual(winner);
  });

  it('refuses to replace, in one piece and in parts', async () => {
    const first = await store.put('taken', Buffer.from('first'));
    for (const sizeBytes of [10, 20 * MIB]) {
      expect(await store.put('taken', steadyBody('second', sizeBytes))).toEqual({
        ref: first.ref,
        created: false,
      });
    }
    expect(String(await bytes('taken'))).toBe('first');
  });

  it('reads a range', async () => {
    await store.put('range', Buffer.from('0123456789'));
    expect(String(await bytes('range', { start: 2, end: 5 }))).toBe('234');
    expect(String(await bytes('range', { start: 8, end: 50 }))).toBe('89');
    expect(String(await bytes('range', { start: 10, end: 12 }))).toBe('');
  });

  it('lists by the beginning of a name', async () => {
    const names = ['list/a/1', 'list/a/2', 'list/a-b/3', 'list/b/deep/er/4', 'listen'];
    for (const name of names) await store.put(name, Buffer.from(name));
    const list = async (prefix: string) =>
      (await Array.fromAsync(store.list(prefix))).map((one) => one.name).sort();
    expect(await list('list/')).toEqual(names.slice(0, 4).sort());
    expect(await list('list/a')).toEqual(names.slice(0, 3).sort());
    expect(await list('list/a/')).toEqual(names.slice(0, 2));
    expect(await list('list/b/deep/er/4')).toEqual(['list/b/deep/er/4']);
    expect(await list('nothing/')).toEqual([]);
    const [first] = await Array.fromAsync(store.list('listen'));
    expect(first).toMatchObject({ name: 'listen', sizeBytes: 6 });
  });

  it('deletes, and does not mind when it is gone', async () => {
    await store.put('gone/soon', Buffer.from('x'));
    await store.delete('gone/soon');
    await store.delete('gone/soon');
    expect(await store.head('gone/soon')).toBeUndefined();
    expect(await store.describe('gone/soon')).toBeUndefined();
    expect((await store.put('gone/soon', Buffer.from('y'))).created).toBe(true);
  });

  it.each([
    '../up',
    'a/../b',
    '/root',
    'a//b',
    'a/',
    '',
    'A',
    'a@b',
    '.incoming/x',
    'a/.b',
    'a b',
    'a\0',
    'é',
    'x'.repeat(128),
    'a/'.repeat(300) + 'a',
  ])('refuses the name %j', async (name) => {
    await expect(store.put(name, Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_NAME_INVALID' });
    await expect((async () => store.get({ name }))()).rejects.toMatchObject({ code: 'STORE_NAME_INVALID' });
    await expect((async () => store.delete(name))()).rejects.toMatchObject({ code: 'STORE_NAME_INVALID' });
  });
}
