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
  expect((await first).value).toMatchObject({ line: 0 });
  const second = results.next();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  expect((await second).value).toMatchObject({ line: 1 });
  ends[2]?.();
  expect((await results.next()).value).toMatchObject({ line: 2 });
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
    expect((await result).value).toMatchObject({ line: at });
  }
});

/** Work that fails at some places, and where it ended. */
function failing(...places: number[]) {
  const ended: number[] = [];
  const work = async (_file: string, at: number) => {
    await Promise.resolve();
    ended.push(at);
    if (places.includes(at)) throw new Error(`no ${at}`);
    return at;
  };
  return { ended, work };
}

it('a failure is thrown after the result of what was begun beside it', async () => {
  const { ended, work } = failing(0);
  const files = await filesOf(10, 10, 10);
  const results = oneAhead(files, work);
  expect((await results.next()).value).toEqual({ file: files[1], line: 1 });
  await expect(results.next()).rejects.toThrow('no 0');
  expect(ended).toEqual([0, 1]);
  expect((await results.next()).done).toBe(true);
});

it('of two failures the first is thrown, after both have ended', async () => {
  const { ended, work } = failing(0, 1);
  await expect(oneAhead(await filesOf(10, 10), work).next()).rejects.toThrow('no 0');
  expect(ended).toEqual([0, 1]);
});

it('a file that is gone is worked on like any other, alone', async () => {
  const { begun, ends, work } = watched();
  const results = oneAhead([join(folder, 'gone'), ...(await filesOf(10))], work);
  const first = results.next();
  await expect.poll(() => ends[0]).toBeDefined();
  ends[0]?.();
  expect((await first).value).toEqual({ file: join(folder, 'gone'), line: 0 });
  expect(begun).toEqual([0]);
});
