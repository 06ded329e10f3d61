import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDiskJob } from './disk.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-disk-'));
});
afterAll(() => rm(folder, { recursive: true }));

function block(text: string): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(16));
  shared.set(Buffer.from(text));
  return shared;
}

it('puts blocks together in their order, and answers each', async () => {
  const job = startDiskJob();
  const at = { temporary: join(folder, 'whole.part') };
  const first = job.send({ ...at, block: block('ab'), sizeBytes: 2 });
  const last = job.send({ ...at, block: block('c'), sizeBytes: 1, path: join(folder, 'whole') });
  expect(await first).toBeUndefined();
  expect(await last).toEqual({
    created: true,
    sizeBytes: 3,
    digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  });
  job.leave();
  expect(String(await readFile(join(folder, 'whole')))).toBe('abc');
});

it('answers all that waits with the failed call', async () => {
  const job = startDiskJob();
  const at = { temporary: join(folder, 'no/such/folder/x') };
  const sent = [1, 2].map(() => job.send({ ...at, block: block('x'), sizeBytes: 1 }));
  for (const one of sent) await expect(one).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
  job.drop();
  job.leave();
});

it('leaves nothing of a put that is dropped', async () => {
  const job = startDiskJob();
  await job.send({ temporary: join(folder, 'dropped.part'), block: block('x'), sizeBytes: 1 });
  expect(await readdir(folder)).toContain('dropped.part');
  job.drop();
  job.leave();
  await expect.poll(() => readdir(folder)).not.toContain('dropped.part');
});
