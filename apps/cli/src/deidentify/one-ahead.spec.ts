import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { oneAhead } from './one-ahead.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-ahead-'));
});
afterEach(() => rm(folder, { recursive: true }));

const filesOf = (...sizes: number[]) =>
  Promise.all(
    sizes.map(async (bytes, at) => {
      const file = join(folder, String(at));
      await writeFile(file, '');
      await truncate(file, bytes);
      return file;
    }),
  );

/** Work that is done when it is told so, and what had begun by then. */
function watched() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (_file: string, at: number) => {
    begun.push(at);
    return new Promise<number>((resolve) => (ends[at] = () => resolve(at)));
  };
  return { begun, ends, work };
}

it('the next of small files is begun while one is worked on, and results keep their order', async () => {
  const { begun, ends, work } = watched();
  const results = oneAhead(await filesOf(10, 10, 10), work);
  const first = results.next();
  await expect.poll(() => begun).toEqual([0, 1]);
  ends[1]?.();
  ends[0]?.();
  expect((await first).value).toBe(0);
  const second = results.next();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  expect((await second).value).toBe(1);
  ends[2]?.();
  expect((await results.next()).value).toBe(2);
  expect((await results.next()).done).toBe(true);
});

it('a large file is alone', async () => {
  const { begun, ends, work } = watched();
  const results = oneAhead(await filesOf(10, 17 * 1024 * 1024, 10), work);
  for (const at of [0, 1, 2]) {
    const result = results.next();
    await expect.poll(() => ends[at]).toBeDefined();
    expect(begun).toEqual([0, 1, 2].slice(0, at + 1));
    ends[at]?.();
    expect((await result).value).toBe(at);
  }
});

it('a failure is thrown at its place, after what was begun has ended', async () => {
  const ended: number[] = [];
  const results = oneAhead(await filesOf(10, 10), async (_file, at) => {
    await Promise.resolve();
    ended.push(at);
    if (at === 0) throw new Error('no');
    return at;
  });
  await expect(results.next()).rejects.toThrow('no');
  expect(ended).toEqual([0, 1]);
});
