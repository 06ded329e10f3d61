import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore, secretShelf } from './index.js';

it('keeps the first value under a name, and tells whether anything stands under a prefix', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-shelf-'));
  const store = await openStore(`file:${folder}`);
  const shelf = secretShelf(store);
  expect(await shelf.get('secrets/t1/a')).toBeUndefined();
  expect(await shelf.holdsAny('secrets/t1/')).toBe(false);
  expect(await shelf.putIfAbsent('secrets/t1/a', Buffer.from('one'))).toEqual(Buffer.from('one'));
  expect(await shelf.putIfAbsent('secrets/t1/a', Buffer.from('two'))).toEqual(Buffer.from('one'));
  expect(await shelf.get('secrets/t1/a')).toEqual(Buffer.from('one'));
  expect(await shelf.holdsAny('secrets/t1/')).toBe(true);
  expect(await shelf.holdsAny('secrets/t2/')).toBe(false);
  await store.close();
  await rm(folder, { recursive: true });
});
