import type { NextEvent } from '@sluice/service';
import { describe, expect, it } from 'vitest';
import { Refusals, type Refusal } from './refusals.js';
import { until } from '../testing/intake-room.js';

const REFUSAL: Refusal = { tenant: 't1', peer: 'ct-1', door: 'stow', code: 'INTAKE_PEER_REFUSED' };

/** A corridor that can be down, and what was logged. */
function surroundings(windowMs = 10_000) {
  const state = { down: false, counts: [] as number[], logged: 0 };
  const publish = async (events: readonly NextEvent[]): Promise<void> => {
    await Promise.resolve();
    if (state.down) throw new Error('the corridor is down');
    for (const event of events as NextEvent<'audit.recorded.v1'>[])
      state.counts.push(Number(event.data.subject['count']));
  };
  const log = { warn: () => void (state.logged += 1) };
  return { state, refusals: new Refusals({ publish, log, windowMs }) };
}

describe('refusals', () => {
  it('the first goes at once, a flood becomes one record per window, and the log is not flooded either', async () => {
    const { state, refusals } = surroundings(50);
    for (let at = 0; at < 1_000; at += 1) refusals.note(REFUSAL);
    refusals.note({ ...REFUSAL, code: 'INTAKE_UID_MISMATCH' });
    await until(() => state.counts.length === 3);
    expect(state.counts).toEqual([1, 1, 999]);
    expect(state.logged).toBe(3);
    await refusals.close();
    expect(state.counts).toEqual([1, 1, 999]);
  });

  it('none is lost while the corridor is down', async () => {
    const { state, refusals } = surroundings(30);
    state.down = true;
    for (let at = 0; at < 5; at += 1) refusals.note(REFUSAL);
    await until(() => state.logged > 2);
    state.down = false;
    await until(() => state.counts.length > 0);
    await refusals.close();
    expect(state.counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  });

  it('shutdown publishes what is held', async () => {
    const { state, refusals } = surroundings();
    for (let at = 0; at < 5; at += 1) refusals.note(REFUSAL);
    await refusals.close();
    expect(state.counts).toEqual([1, 4]);
  });
});
