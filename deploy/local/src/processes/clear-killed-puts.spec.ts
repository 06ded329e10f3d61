import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearKilledPuts } from './clear-killed-puts.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-puts-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'x');
}

it('attributes without an object go; those of buckets, folders and objects stay', async () => {
  const stay = ['meta/sluice/meta/acl', 'meta/sluice/a/whole/meta/etag', 'data/sluice/a/whole'];
  for (const path of [...stay, 'meta/sluice/a/half/meta/etag']) await write(path);
  await clearKilledPuts(join(folder, 'meta'), join(folder, 'data'));
  expect(stay.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  expect(existsSync(join(folder, 'meta/sluice/a/half'))).toBe(false);
});
