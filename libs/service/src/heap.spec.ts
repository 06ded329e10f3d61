import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectWhenIdle } from './heap.js';

it('an idle process lets go of the last images', async () => {
  const images = Array.from({ length: 4 }, () => new WeakRef({ bytes: new ArrayBuffer(32 * 1024 * 1024) }));
  const kept = () => images.filter((image) => image.deref() !== undefined).length;
  await sleep(0);
  expect(kept()).toBe(4);
  const stop = collectWhenIdle(50);
  await expect.poll(kept, { timeout: 10_000, interval: 200 }).toBe(0);
  stop();
});
