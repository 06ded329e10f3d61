import { describe, expect, it } from 'vitest';
import type { Results } from '../../scaling/scaling.js';
import { lastPush, newestMeasured } from '../measured.js';
import { type Fit, kedaFits, mixedFit, MOST_DEVIATION, pushFits } from './fit.js';
import { measuredKedaRuns, simulateKedaRun } from './keda-run.js';
import { simulatePush } from './push-run.js';

const [runs, measured] = [measuredKedaRuns(), newestMeasured()];
const push = lastPush(measured);
const kedaFit = (run: Results, given = run): Fit[] =>
  kedaFits(run, simulateKedaRun(given, measured.startSeconds));
const misses = (fits: readonly Fit[]) => fits.filter(({ deviation }) => !(deviation <= MOST_DEVIATION));

describe('within a fifth of what was measured', () => {
  describe.each(runs)('KEDA on a backlog of 5,000, commit $machine.commit', (run) => {
    it.each(kedaFit(run))('$what', ({ deviation }) => {
      expect(deviation).toBeLessThanOrEqual(MOST_DEVIATION);
    });
  });

  it.each(pushFits(push.moments, simulatePush(measured)))(
    'a push through all stages: $what',
    ({ deviation }) => {
      expect(deviation).toBeLessThanOrEqual(MOST_DEVIATION);
    },
  );

  it('pictures that are read among many that are not', () => {
    expect(mixedFit(measured).deviation).toBeLessThanOrEqual(MOST_DEVIATION);
  });
});

describe('the criterion bites', () => {
  it.each(runs)('when workers were half as fast, commit $machine.commit', (run) => {
    const fixed = run.fixed.map((one) => ({ ...one, perSecond: one.perSecond / 2 }));
    expect(misses(kedaFit(run, { ...run, fixed })).length).toBeGreaterThan(3);
  });

  it('when instances cost half as much', () => {
    const sizes = measured.sizes.map(({ stages, ...size }) => ({
      ...size,
      stages: Object.fromEntries(
        Object.entries(stages).map(([name, { cpu, instancesPerSecond }]) => [
          name,
          {
            instancesPerSecond: 2 * instancesPerSecond,
            cpu: { own: cpu.own / 2, servers: cpu.servers / 2, sender: cpu.sender / 2 },
          },
        ]),
      ) as typeof stages,
    }));
    expect(misses(pushFits(push.moments, simulatePush({ ...measured, sizes }))).length).toBeGreaterThan(3);
  });
});

it('service times come from other sizes than the push has', () => {
  const sizes = [...measured.sizes, ...measured.pushes.slice(0, -1)].map(({ bytes }) => bytes);
  expect(sizes).not.toContain(push.bytes);
  expect(Math.min(...sizes)).toBeLessThan(push.bytes);
  expect(Math.max(...sizes)).toBeGreaterThan(push.bytes);
});
