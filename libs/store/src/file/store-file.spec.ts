import { mkdtemp, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '@sluice/contracts/testing';
import { expect, it } from 'vitest';
import { openStore } from '../index.js';
import { storeBehaviour } from '../testing.js';
import { guarded } from './file-errors.js';
import { objectPath } from './object-path.js';

const fresh = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-store-'));
  await writeFile(join(folder, 'plain'), 'a file where a folder should be');
  const root = join(folder, 'objects');
  const flip = async (name: string, at: number) => {
    const handle = await open(objectPath(root, name), 'r+');
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
    await handle.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, at);
    await handle.close();
  };
  return {
    url: `file:${root}`,
    deadUrl: `file:${folder}/plain/objects`,
    root,
    flip,
    remove: () => rm(folder, { recursive: true }),
  };
};

storeBehaviour('folder', fresh);

it('keeps objects and folders to itself', async () => {
  const place = await fresh();
  const store = await openStore(place.url);
  await store.put('a/b/c/d', Buffer.from('x'));
  for (const folder of ['', '.incoming', 'a', 'a/b'])
    expect((await stat(join(place.root, folder))).mode & 0o777).toBe(0o700);
  expect((await stat(join(place.root, 'a/b/c@d'))).mode & 0o777).toBe(0o600);
  await place.remove();
});

it('lets a name be the beginning of another', async () => {
  const place = await fresh();
  const store = await openStore(place.url);
  const names = ['a', 'a/b', 'a/b/c', 'a/b/c/d'];
  for (const name of names) expect((await store.put(name, Buffer.from(name))).created).toBe(true);
  expect((await Array.fromAsync(store.list(''))).map((one) => one.name).sort()).toEqual(names);
  await place.remove();
});

it('removes what a dead process left an hour ago, and nothing younger', async () => {
  const place = await fresh();
  await openStore(place.url);
  const [old, young] = ['old', 'young'].map((name) => join(place.root, '.incoming', name)) as [
    string,
    string,
  ];
  await Promise.all([writeFile(old, 'x'), writeFile(young, 'x')]);
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(old, twoHoursAgo, twoHoursAgo);
  await openStore(place.url);
  expect(await readdir(join(place.root, '.incoming'))).toEqual(['young']);
  await place.remove();
});

it('leaves no second name of an object when its process ends at once: deleted bytes would stay', async () => {
  const place = await fresh();
  const writer = new URL('../testing/writer.ts', import.meta.url);
  for (const folder of ['a', 'b', 'c', 'd'])
    expect(await runScript(writer, [place.url, 'once', folder]).exit).toBe(0);
  expect(await readdir(join(place.root, '.incoming'))).toEqual([]);
  expect((await stat(join(place.root, 'a@once'))).nlink).toBe(1);
  await place.remove();
});

it('does not take an unmounted folder for an empty store', async () => {
  const place = await fresh();
  const store = await openStore(place.url);
  await store.put('a/b/c', Buffer.from('x'));
  await rename(place.root, `${place.root}-away`);
  const gone = { code: 'STORE_UNAVAILABLE' };
  await expect(store.get({ name: 'a/b/c' })).rejects.toMatchObject(gone);
  await expect(store.head('a/b/c')).rejects.toMatchObject(gone);
  await expect(store.put('a/b/d', Buffer.from('x'))).rejects.toMatchObject(gone);
  await expect(store.delete('a/b/c')).rejects.toMatchObject(gone);
  await expect(Array.fromAsync(store.list(''))).rejects.toMatchObject(gone);
  await rename(`${place.root}-away`, place.root);
  expect((await store.put('a/b/c', Buffer.from('y'))).created).toBe(false);
  await place.remove();
});

it('makes a folder again that somebody removed, at the second try', async () => {
  const place = await fresh();
  const store = await openStore(place.url);
  await store.put('a/b/c', Buffer.from('x'));
  await rm(join(place.root, 'a'), { recursive: true });
  await expect(store.put('a/b/c', Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect((await store.put('a/b/c', Buffer.from('x'))).created).toBe(true);
  await place.remove();
});

it('says that a full disk is full', async () => {
  // /dev/full refuses every write with ENOSPC.
  const handle = await open('/dev/full', 'w');
  await expect(guarded(() => handle.write(Buffer.alloc(10)))).rejects.toMatchObject({
    code: 'STORE_OUT_OF_SPACE',
    kind: 'transient',
  });
  await handle.close();
});
