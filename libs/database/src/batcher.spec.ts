import { SluiceError } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { createBatcher } from './index.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('writes what comes during a write as the next batch, in order, and answers each row its own', async () => {
  const batches: number[][] = [];
  const write = async (rows: readonly number[]) => {
    batches.push([...rows]);
    await pause(5);
    return rows.map((row) => row * 2);
  };
  const batcher = createBatcher<number, number>({ maxRows: 100, maxWaitMs: 0, write });
  const first = Array.from({ length: 150 }, (_, row) => batcher.add(row));
  expect(await Promise.all(first)).toEqual(Array.from({ length: 150 }, (_, row) => row * 2));
  expect(batches.map((batch) => batch.length)).toEqual([100, 50]);
  expect(batches.flat()).toEqual(Array.from({ length: 150 }, (_, row) => row));
});

it('waits for company, but not when the batch is full', async () => {
  const sizes: number[] = [];
  const batcher = createBatcher<number>({
    maxRows: 3,
    maxWaitMs: 60_000,
    write: async (rows) => void sizes.push(rows.length),
  });
  const adding = [batcher.add(1)];
  await pause(10);
  expect(sizes).toEqual([]);
  adding.push(batcher.add(2), batcher.add(3));
  await Promise.all(adding);
  expect(sizes).toEqual([3]);
  const last = batcher.add(4);
  await batcher.close();
  await last;
  await expect(batcher.add(5)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
});

it('fails only the guilty row, but everyone when the database is ill', async () => {
  let ill = false;
  const write = async (rows: readonly number[]) => {
    if (ill) throw new SluiceError('DATABASE_UNAVAILABLE');
    if (rows.includes(2)) throw new Error('row 2 breaks a constraint');
  };
  const batcher = createBatcher<number>({ maxRows: 10, maxWaitMs: 0, write });
  const states = async (rows: number[]) =>
    (await Promise.allSettled(rows.map((row) => batcher.add(row)))).map((one) => one.status);
  expect(await states([1, 2, 3])).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  ill = true;
  expect(await states([4, 5])).toEqual(['rejected', 'rejected']);
});

it('refuses more rows than it may hold', async () => {
  const batcher = createBatcher<number>({
    maxRows: 1,
    maxWaitMs: 0,
    maxQueuedRows: 2,
    write: () => pause(5).then(() => undefined),
  });
  const adding = [1, 2, 3].map((row) => batcher.add(row));
  await expect(adding[2]).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await Promise.all(adding.slice(0, 2));
});
