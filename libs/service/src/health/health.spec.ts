import { describe, expect, it } from 'vitest';
import { openHealth } from './health.js';

describe('health', () => {
  it('goes from starting to open to draining, and never back', async () => {
    const health = openHealth();
    const seen = [(await health.ready()).phase];
    for (const step of [health.open, health.drain, health.fail, health.open]) {
      step();
      seen.push((await health.ready()).phase);
    }
    expect(seen).toEqual(['starting', 'open', 'draining', 'failed', 'failed']);
    expect(health.live()).toBe(false);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('x');
      },
    ],
    ['rejects', () => Promise.reject(new Error('x'))],
    ['says no', () => false],
    ['says no later', () => Promise.resolve(false)],
    ['never answers', () => new Promise<void>(() => undefined)],
  ])('is not ready when a check %s', async (_how, check) => {
    const health = openHealth();
    health.open();
    health.add('door', check);
    expect(await health.ready()).toEqual({ ready: false, phase: 'open', checks: { door: 'failing' } });
  });

  it('does not start draining from open to open again', async () => {
    const health = openHealth();
    health.drain();
    health.open();
    expect((await health.ready()).ready).toBe(false);
  });

  it('asks a slow door once for many probes', async () => {
    let asked = 0;
    const health = openHealth();
    health.open();
    health.add('door', async () => {
      asked += 1;
    });
    await Promise.all(Array.from({ length: 50 }, () => health.ready()));
    expect(asked).toBe(1);
  });
});
