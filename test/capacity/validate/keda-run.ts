import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results, Sample } from '../../scaling/scaling.ts';
import { type Scenario, SENT, type StageCourse, type StageModel } from '../model/stage-model.ts';
import { simulate } from '../model/simulate.ts';
import { chartRules } from '../chart-rules.ts';

/** The measured runs that the page is about, on a quiet machine and on one with much else to do; the first is drawn. */
const KEDA_RUNS = ['2026-11-27-49fa85b', '2026-11-27-0aca610'];
/** How the run had set the chart (test/scaling/ground/installation.ts) and the autoscaler (control-plane.ts): seconds, replicas. */
const CLOCK = { lookSeconds: 3, stabilizationSeconds: 20, downPeriodSeconds: 15, most: 4 };
/** `sessionTimeoutMs` of BUS_URL: so long a killed member's partitions wait. */
const SESSION_SECONDS = 10;
/** A fifth of it (libs/bus): so long until the others hear that a member joined, and stop to join anew. */
const HEARTBEAT_SECONDS = SESSION_SECONDS / 5;
const STEP_SECONDS = 0.5;
const TAIL_SECONDS = 10;

/** The runs as `npm run scaling` wrote them. */
export function measuredKedaRuns(): Results[] {
  const results = join(import.meta.dirname, '../../scaling/results');
  return KEDA_RUNS.map((run) => JSON.parse(readFileSync(join(results, `${run}.json`), 'utf8')) as Results);
}

/** The same run, simulated. Seconds count from the installation of the chart, as the run's do. */
export function simulateKedaRun(run: Results, startSeconds: number): Sample[] {
  const [course] = simulate(scenarioOf(run, startSeconds));
  return samplesOf(course!, run.pushSeconds);
}

/** The push, while nothing of scrubbing is there; then the chart. Rates are those of the fixed numbers of workers of the same session. */
function scenarioOf(run: Results, startSeconds: number): Scenario {
  const { pushSeconds, options, killedAfter } = run;
  const { rule, partitions } = chartRules('scrubbing');
  return {
    seconds: pushSeconds + (run.samples.at(-1)?.atSeconds ?? 0) + TAIL_SECONDS,
    stepSeconds: STEP_SECONDS,
    arrivals: (second) => {
      const left = Math.max(0, Math.min(STEP_SECONDS, pushSeconds - second));
      return (options.instances * left) / pushSeconds;
    },
    stages: [
      {
        name: 'scrubbing',
        says: { [SENT]: undefined },
        rate: between(run.fixed.map(({ workers, perSecond }) => [workers, perSecond])),
        // How workers share the cores is in their measured rate.
        cpuSeconds: 0,
        replicas: {
          ...rule,
          max: CLOCK.most,
          lookSeconds: CLOCK.lookSeconds,
          down: {
            pods: 1,
            periodSeconds: CLOCK.downPeriodSeconds,
            stabilizationSeconds: CLOCK.stabilizationSeconds,
          },
        },
        partitions,
        startSeconds,
        installedAt: pushSeconds,
        ...afterKill(killedAfter === undefined ? undefined : pushSeconds + killedAfter, startSeconds),
      },
    ],
    cores: Infinity,
  };
}

/** Who takes its place joins before its session has ended; from then on everyone waits for the one who does not come back. */
function afterKill(at: number | undefined, startSeconds: number): Pick<StageModel, 'kills' | 'outages'> {
  if (at === undefined) return {};
  const end = at + SESSION_SECONDS;
  return {
    kills: [{ at, seconds: SESSION_SECONDS }],
    outages: [{ from: Math.min(at + startSeconds + HEARTBEAT_SECONDS, end), to: end }],
  };
}

function samplesOf({ asked, working, waiting, ageSeconds }: StageCourse, pushSeconds: number): Sample[] {
  return waiting
    .map((records, step) => ({
      atSeconds: (step + 1) * STEP_SECONDS - pushSeconds,
      records,
      worked: 0,
      seconds: ageSeconds[step]!,
      asked: asked[step]!,
      running: working[step]!,
    }))
    .filter(({ atSeconds }) => atSeconds >= 0);
}

/** Straight lines between points, from nothing on; level behind the last. */
export function between(points: readonly (readonly [at: number, value: number])[]): (at: number) => number {
  const all = [[0, 0] as const, ...points];
  return (at) => {
    const next = all.findIndex(([x]) => x >= at);
    if (next < 0) return all.at(-1)![1];
    if (next === 0) return all[0]![1];
    const [[x0, y0], [x1, y1]] = [all[next - 1]!, all[next]!];
    return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
  };
}
