import { type Measured, STAGES, type StageName } from '../measured.ts';
import type { StageCourse } from '../model/stage-model.ts';
import type { Inputs, InstallationInputs } from './inputs.ts';
import { simulateDay } from './network.ts';

/** What one service needs through a day of the network, and how far behind it is. */
export interface ServiceNeed {
  readonly name: StageName;
  readonly replicas: { readonly least: number; readonly mean: number; readonly most: number };
  /** Of its own processes: servers behind it are not in here. */
  readonly cores: { readonly mean: number; readonly most: number };
  readonly memoryGiB: number;
  /** Age of the oldest record that waits, s: through a whole day. */
  readonly lag: { readonly p50: number; readonly p95: number; readonly most: number };
  /** On a day that breaks: longest wait, s, and when nothing waits longer than before, minutes after the end. */
  readonly broken: { readonly most: number; readonly caughtUpMinutes: number };
}

export interface InstallationNeed {
  readonly installation: InstallationInputs;
  readonly services: readonly ServiceNeed[];
  readonly day: readonly StageCourse[];
  readonly brokenDay: readonly StageCourse[];
}

/** Simulates a day, and one that breaks. */
export function needsOf(
  inputs: Inputs,
  measured: Measured,
  installation: InstallationInputs,
): InstallationNeed {
  const day = simulateDay(inputs, measured, { installation, outage: false });
  const brokenDay = simulateDay(inputs, measured, { installation, outage: true });
  const end = inputs.outage.hour * 3_600 + inputs.outage.minutes * 60;
  const services = STAGES.map((name, at): ServiceNeed => {
    const [one, broken] = [day[at]!, brokenDay[at]!];
    const most = greatest(one.asked);
    return {
      name,
      replicas: { least: least(one.asked), mean: mean(one.asked), most },
      cores: { mean: mean(one.cores), most: greatest(one.cores) },
      memoryGiB: (Math.max(most, greatest(broken.asked)) * mostMiB(measured, name)) / 1024,
      lag: {
        p50: quantile(one.ageSeconds, 0.5),
        p95: quantile(one.ageSeconds, 0.95),
        most: greatest(one.ageSeconds),
      },
      broken: { most: greatest(broken.ageSeconds), caughtUpMinutes: caughtUp(one, broken, end) / 60 },
    };
  });
  return { installation, services, day, brokenDay };
}

/** A wait that is longer by less is none of the outage. */
const NOTICEABLE_SECONDS = 60;

/** Seconds from the end of the outage until a day that broke waits no longer than one that did not; Infinity when it never does. */
function caughtUp(day: StageCourse, broken: StageCourse, end: number): number {
  const last = broken.ageSeconds.findLastIndex((age, at) => age > day.ageSeconds[at]! + NOTICEABLE_SECONDS);
  if (last === broken.ageSeconds.length - 1) return Infinity;
  return Math.max(0, last + 1 - end);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const greatest = (values: readonly number[]): number =>
  values.reduce((most, each) => Math.max(most, each), 0);
const least = (values: readonly number[]): number =>
  values.reduce((low, each) => Math.min(low, each), Infinity);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

/** Of all pushes. */
const mostMiB = ({ pushes }: Measured, name: StageName): number =>
  Math.max(...pushes.map(({ peakMiB }) => peakMiB[name]));
