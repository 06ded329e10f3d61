import { describe, expect, it } from 'vitest';
import { Autoscaler, type ScaleRule } from './autoscale.js';

const RULE: ScaleRule = {
  min: 1,
  max: 12,
  lagPerReplica: 100,
  lookSeconds: 15,
  up: { percent: 100, pods: 2, periodSeconds: 30 },
  down: { pods: 1, periodSeconds: 120, stabilizationSeconds: 300 },
};

/** What is asked for at each second at which something changes. */
function changes(rule: ScaleRule, lag: (second: number) => number, partitions = 12): [number, number][] {
  const scaler = new Autoscaler(rule);
  const found: [number, number][] = [];
  for (let second = 0; second < 2_000; second += 1) {
    const asked = scaler.at(second, { lags: [{ records: lag(second), partitions }], cores: 0 });
    if (asked !== (found.at(-1)?.[1] ?? rule.min)) found.push([second, asked]);
  }
  return found;
}

describe('the autoscaler of the chart', () => {
  it('grows by doubling or by two, whatever is more, once in thirty seconds', () => {
    expect(changes(RULE, () => 5_000)).toEqual([
      [0, 3],
      [30, 6],
      [60, 12],
    ]);
  });

  it('asks for no more than there are partitions with lag', () => {
    expect(changes(RULE, () => 5_000, 2)).toEqual([[0, 2]]);
  });

  it('leaves a tenth too much or too little alone', () => {
    expect(changes(RULE, () => 109)).toEqual([]);
    expect(changes(RULE, () => 111)).toEqual([[0, 2]]);
  });

  it('stays at eleven of twelve partitions, however much waits: that is within its tolerance', () => {
    const scaler = new Autoscaler({ ...RULE, min: 11 });
    const lags = [{ records: 1_000_000, partitions: 12 }];
    expect([0, 60, 600].map((second) => scaler.at(second, { lags, cores: 0 }))).toEqual([11, 11, 11]);
  });

  it('shrinks one by one, after everything within the window asked for less', () => {
    const found = changes(RULE, (second) => (second < 100 ? 350 : 0));
    expect(found).toEqual([
      [0, 3],
      [30, 4],
      [405, 3],
      [525, 2],
      [645, 1],
    ]);
  });

  it('counts cores where it is told to', () => {
    const { lagPerReplica: _, ...rule } = RULE;
    const scaler = new Autoscaler({ ...rule, coresPerReplica: 0.375 });
    expect(scaler.at(0, { lags: [], cores: 1 })).toBe(3);
  });
});
