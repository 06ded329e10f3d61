import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { roundsDuring } from './rounds-during.js';

const ILL = new Error('the restart failed');

/** Long enough for Node to call a rejection unhandled, if nobody listens: vitest fails then. */
const turns = async (count: number) => {
  for (let at = 0; at < count; at++) await turn();
};

describe('rounds during some work', () => {
  it('begin before it, go on with it, and end after it', async () => {
    const told: string[] = [];
    const work = async () => {
      told.push('begun');
      while (told.filter((each) => each === 'round').length < 4) await turn();
      told.push('ended');
    };
    await roundsDuring(work, async () => void told.push((await turn(), 'round')), 60);
    expect(told.slice(0, 2)).toEqual(['round', 'begun']);
    expect(told.at(-1)).toBe('round');
    expect(told.indexOf('ended')).toBeGreaterThan(told.indexOf('begun') + 3);
  });

  it('do not go on for ever', async () => {
    let rounds = 0;
    await roundsDuring(
      () => turns(50),
      async () => void rounds++,
      5,
    );
    expect(rounds).toBe(6);
  });

  it('a failure of the work is told when the round in hand has ended', async () => {
    let inHand = 0;
    let rounds = 0;
    const round = async () => {
      rounds++;
      inHand++;
      await turns(20);
      inHand--;
    };
    await expect(roundsDuring(() => Promise.reject(ILL), round, 60)).rejects.toBe(ILL);
    expect({ inHand, rounds }).toEqual({ inHand: 0, rounds: 2 });
  });

  it('a failure of a round is told when the work has ended', async () => {
    let rounds = 0;
    let ended = false;
    const work = async () => {
      await turns(20);
      ended = true;
    };
    const round = async () => {
      if (rounds++ > 0) throw ILL;
    };
    await expect(roundsDuring(work, round, 60)).rejects.toBe(ILL);
    expect(ended).toBe(true);
  });
});
