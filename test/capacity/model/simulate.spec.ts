import { describe, expect, it } from 'vitest';
import type { ScaleRule } from './autoscale.js';
import { simulate } from './simulate.js';
import { SENT, type StageCourse, type StageModel } from './stage-model.js';
import { busyOf } from './stage-run.js';

const RULE: ScaleRule = {
  min: 1,
  max: 8,
  lagPerReplica: 100,
  lookSeconds: 15,
  up: { percent: 100, pods: 2, periodSeconds: 30 },
  down: { pods: 1, periodSeconds: 120, stabilizationSeconds: 300 },
};

const stage = (more: Partial<StageModel> = {}): StageModel => ({
  name: 'scrubbing',
  says: { [SENT]: 'received' },
  rate: (processes) => 10 * processes,
  cpuSeconds: 0.05,
  replicas: 1,
  ...more,
});

function run(
  stages: readonly StageModel[],
  arrivals: (second: number) => number,
  { seconds = 600, cores = Infinity } = {},
): StageCourse[] {
  return simulate({ seconds, stepSeconds: 1, arrivals, stages, cores });
}

const atOnce = (count: number) => (second: number) => (second === 0 ? count : 0);
const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

describe('a simulated corridor', () => {
  it('drains a backlog as arithmetic says', () => {
    const [course] = run([stage({ replicas: 2 })], atOnce(1_000));
    expect(course!.waiting.findIndex((count) => count < 1e-6)).toBe(49);
    expect(Math.max(...course!.ageSeconds)).toBe(49);
  });

  it('lets nobody wait below its rate, and everybody longer and longer above it', () => {
    const [below] = run([stage()], () => 9);
    const [above] = run([stage()], () => 12);
    expect(Math.max(...below!.ageSeconds)).toBe(0);
    expect(above!.waiting.at(-1)).toBeCloseTo(2 * 600);
    expect(above!.ageSeconds.at(-1)).toBeCloseTo(100, -1);
  });

  it('shares the cores that there are', () => {
    const [course] = run([stage({ replicas: 4 })], atOnce(10_000), { seconds: 10, cores: 1 });
    expect(course!.done[0]).toBeCloseTo(20);
    expect(course!.cores[0]).toBeCloseTo(1);
  });

  it('hands on what a stage has done, once to each reader', () => {
    const behind = (name: string, says: StageModel['says']) => stage({ name, says, rate: () => 50 });
    const stages = [
      stage({ name: 'intake' }),
      behind('one', { received: 'scrubbed' }),
      behind('two', { received: undefined, scrubbed: undefined }),
    ];
    const courses = run(stages, (second) => (second < 10 ? 20 : 0));
    expect(courses.map(({ done }) => Math.round(sum(done)))).toEqual([200, 200, 400]);
    expect(courses.map(({ waiting }) => Math.round(waiting.at(-1)!))).toEqual([0, 0, 0]);
  });

  it('does nothing while it is out, and has it all afterwards', () => {
    const [course] = run([stage({ outages: [{ from: 100, to: 200 }] })], () => 5);
    expect(course!.waiting[199]).toBeCloseTo(500);
    expect(course!.ageSeconds[199]).toBe(100);
    // It gains five a second.
    expect(course!.waiting.findIndex((count, at) => at > 200 && count < 1e-6)).toBeCloseTo(300, -1);
  });

  it('has work for no more processes than partitions', () => {
    expect([1, 12, 20].map((working) => busyOf(working, 12))).toEqual([1, 12, 12]);
    expect(busyOf(20)).toBe(20);
  });

  it('adds replicas that work after their start, and loses one that is killed until its session ends', () => {
    const [course] = run(
      [stage({ replicas: RULE, partitions: 12, startSeconds: 20, kills: [{ at: 100, seconds: 10 }] })],
      atOnce(50_000),
    );
    expect(course!.asked.slice(0, 2)).toEqual([3, 3]);
    expect([course!.working[0], course!.working[19], course!.working[20]]).toEqual([0, 0, 3]);
    expect([course!.asked[30], course!.asked[60]]).toEqual([6, 8]);
    expect([course!.working[99], course!.working[100], course!.working[110]]).toEqual([8, 7, 8]);
  });
});
