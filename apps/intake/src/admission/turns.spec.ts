import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

const FULL = { code: 'INTAKE_OUT_OF_RESOURCES', kind: 'transient' };

/** Peers that store and go on holding their place until they are told to leave. */
function crowd(turns: Turns) {
  const inside: string[] = [];
  const leaving: (() => void)[] = [];
  const come = (peer: string) =>
    turns.within(peer, async () => {
      inside.push(peer);
      await new Promise<void>((resolve) => leaving.push(resolve));
      inside.splice(inside.indexOf(peer), 1);
    });
  return { inside, come, leave: () => leaving.shift()?.() };
}

describe('turns', () => {
  it('a crowd that comes at once does not pass together: the rest waits, and every one gets its turn', async () => {
    const { inside, come, leave } = crowd(new Turns({ inFlight: 3, waitMs: 5_000 }));
    const all = Promise.all(Array.from({ length: 20 }, (_, at) => come(`peer-${at}`)));
    for (let left = 20; left > 0; left -= 1) {
      await pause(1);
      expect(inside).toHaveLength(Math.min(3, left));
      leave();
    }
    await all;
  });

  it('one sender gets half of the room; another does not wait behind it', async () => {
    const { inside, come, leave } = crowd(new Turns({ inFlight: 4, waitMs: 5_000 }));
    const greedy = Promise.all(Array.from({ length: 10 }, () => come('greedy')));
    await pause(1);
    expect(inside).toEqual(['greedy', 'greedy']);
    const modest = Promise.all([come('modest'), come('modest')]);
    await pause(1);
    expect(inside).toEqual(['greedy', 'greedy', 'modest', 'modest']);
    for (let left = 12; left > 0; left -= 1) {
      leave();
      await pause(1);
    }
    await Promise.all([greedy, modest]);
  });

  it('a turn that does not come in time is a refusal, and its place in the queue is given up', async () => {
    const { inside, come, leave } = crowd(new Turns({ inFlight: 1, waitMs: 20 }));
    const first = come('a');
    await expect(come('b')).rejects.toMatchObject(FULL);
    leave();
    await first;
    expect(inside).toEqual([]);
    const next = come('b');
    await pause(1);
    expect(inside).toEqual(['b']);
    leave();
    await next;
  });

  it('one sender cannot queue without end', async () => {
    const { come, leave } = crowd(new Turns({ inFlight: 2, waitMs: 5_000 }));
    const crowded = Promise.all(Array.from({ length: 257 }, () => come('greedy')));
    await expect(come('greedy')).rejects.toMatchObject(FULL);
    const modest = come('modest');
    for (let left = 258; left > 0; left -= 1) {
      await pause(1);
      leave();
    }
    await Promise.all([crowded, modest]);
  });
});
