import type { ObjectRef } from '@sluice/contracts';
import { runScript } from '@sluice/contracts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../open-store.js';
import type { Store } from '../store.js';
import { measure, steadyBody } from './steady-body.js';
import type { StorePlace } from './store-place.js';

const MIB = 1024 * 1024;
const WRITER = new URL('./writer.ts', import.meta.url);

/** Damage, cuts and kills: what a store does when all is not well. */
export function failureBehaviour(fresh: () => Promise<StorePlace>): void {
  let place: StorePlace;
  let store: Store;

  beforeAll(async () => {
    place = await fresh();
    store = await openStore(place.url);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it('says that an object is missing', async () => {
    await expect(store.get({ name: 'never/was' })).rejects.toMatchObject({
      code: 'STORE_OBJECT_MISSING',
      kind: 'permanent',
    });
  });

  it.each([1000, 700_000])('never gives the end of a damaged object of %i bytes', async (sizeBytes) => {
    const { ref } = await store.put(`flipped/${sizeBytes}`, steadyBody('flipped', sizeBytes));
    await place.flip(ref.name, sizeBytes - 1);
    let given = 0;
    const read = async () => {
      for await (const chunk of await store.get(ref)) given += chunk.length;
    };
    await expect(read()).rejects.toMatchObject({ code: 'STORE_DIGEST_MISMATCH' });
    expect(given).toBeLessThan(sizeBytes);
    expect((await store.describe(ref.name))?.digest).not.toBe(ref.digest);
  });

  it('refuses an object that is longer than its event says', async () => {
    const { ref } = await store.put('longer', Buffer.from('longer'));
    await expect(Array.fromAsync(await store.get({ ...ref, sizeBytes: 3 }))).rejects.toMatchObject({
      code: 'STORE_DIGEST_MISMATCH',
    });
  });

  it.each([100_000, 20 * MIB])(
    'leaves nothing of a body that breaks off after %i bytes, and throws what it threw',
    async (sizeBytes) => {
      const cut = new Error('the sender hung up');
      async function* body() {
        yield* steadyBody('cut', sizeBytes);
        throw cut;
      }
      await expect(store.put('cut/off', body())).rejects.toBe(cut);
      expect(await store.head('cut/off')).toBeUndefined();
      expect(await Array.fromAsync(store.list('cut/'))).toEqual([]);
      expect((await store.put('cut/off', Buffer.from('again'))).created).toBe(true);
      await store.delete('cut/off');
    },
  );

  it('streams 96 MiB both ways without gathering it', { timeout: 120_000 }, async () => {
    const sizeBytes = 96 * MIB;
    const before = process.memoryUsage().rss;
    let most = 0;
    const watched = async function* (body: AsyncIterable<Uint8Array>) {
      for await (const chunk of body) {
        most = Math.max(most, process.memoryUsage().rss - before);
        yield chunk;
      }
    };
    const { ref } = await store.put('large', watched(steadyBody('large', sizeBytes)));
    expect(await measure(watched(await store.get(ref)))).toEqual(
      await measure(steadyBody('large', sizeBytes)),
    );
    expect(most).toBeLessThan(80 * MIB);
    await store.delete('large');
  });

  it('keeps whole what a killed writer reported, and half of nothing', { timeout: 60_000 }, async () => {
    const script = runScript(WRITER, [place.url, 'small', 'killed']);
    const reported: ObjectRef[] = [];
    for await (const line of script.lines) {
      reported.push(JSON.parse(line) as ObjectRef);
      if (reported.length === 40) script.kill();
    }
    expect(await script.exit).toBeNull();
    for (const ref of reported) expect(await store.describe(ref.name)).toEqual(ref);
    for await (const { name } of store.list('killed/')) {
      expect(await store.describe(name)).toEqual({ name, ...(await measure(steadyBody(name, 100_000))) });
    }
  });

  it('shows nothing of a large object whose writer was killed half way', { timeout: 60_000 }, async () => {
    const script = runScript(WRITER, [place.url, 'large', 'half']);
    for await (const line of script.lines) if (line === 'half') script.kill();
    expect(await script.exit).toBeNull();
    expect(await Array.fromAsync(store.list('half/'))).toEqual([]);
    expect((await store.put('half/large', Buffer.from('again'))).created).toBe(true);
  });

  it('says STORE_UNAVAILABLE when nobody is there', { timeout: 60_000 }, async () => {
    const works: ((dead: Store) => Promise<unknown>)[] = [
      (dead) => dead.probe(),
      (dead) => dead.put('a/b/c', Buffer.from('x')),
      (dead) => dead.get({ name: 'a/b/c' }),
      (dead) => dead.head('a/b/c'),
      (dead) => dead.delete('a/b/c'),
      (dead) => Array.fromAsync(dead.list('a/')),
    ];
    for (const work of works) {
      const attempt = async () => work(await openStore(place.deadUrl));
      await expect(attempt()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', kind: 'transient' });
    }
  });
}
