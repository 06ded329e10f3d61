import type { Results, Sample } from '../../scaling/scaling.ts';
import { costOf, lookSeconds, processSeconds } from '../costs.ts';
import type { Measured, Moment } from '../measured.ts';

/** The simulation has to come so near to what was measured. */
export const MOST_DEVIATION = 0.2;

/** One measured figure beside the simulated one. */
export interface Fit {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  readonly simulated: number;
  /** Share of the measured one. */
  readonly deviation: number;
}

export function kedaFits(run: Results, simulated: readonly Sample[]): Fit[] {
  const { samples } = run;
  const upTo = Math.min(samples.at(-1)!.atSeconds, simulated.at(-1)!.atSeconds);
  const both = (value: (some: readonly Sample[]) => number): [number, number] => [
    value(samples),
    value(simulated),
  ];
  const replicas = (some: readonly Sample[]): number => areaOf(some, ({ asked }) => asked, upTo);
  return [
    fitOf('drained after', 's', run.drainedAfter, drainedAt(simulated)),
    fitOf('longest wait of a record', 's', ...both((some) => most(some, ({ seconds }) => seconds))),
    fitOf('most workers asked for', '', ...both((some) => most(some, ({ asked }) => asked))),
    fitOf('back at one worker after', 's', ...both(backAtOne)),
    fitOf('workers asked for, times time', 'worker s', ...both(replicas)),
    curveFit(
      'lag in records, highest; how far the curves are apart on average',
      samples,
      simulated,
      ({ records }) => records,
    ),
  ];
}

export function pushFits(measured: readonly Moment[], simulated: readonly Moment[]): Fit[] {
  const all = measured.at(-1)!.settled;
  const both = (value: (some: readonly Moment[]) => number): [number, number] => [
    value(measured),
    value(simulated),
  ];
  const reached = (count: (moment: Moment) => number, share: number) => (some: readonly Moment[]) =>
    some.find((moment) => count(moment) >= share * all - 0.5)?.atSeconds ?? Infinity;
  const received = ({ received: count }: Moment): number => count;
  const scrubbed = ({ received: count, lag }: Moment): number => count - lag.scrubbing;
  const settled = ({ settled: count }: Moment): number => count;
  return [
    fitOf('all received after', 's', ...both(reached(received, 1))),
    fitOf('half scrubbed after', 's', ...both(reached(scrubbed, 0.5))),
    fitOf('all scrubbed after', 's', ...both(reached(scrubbed, 1))),
    fitOf('half archived raw and clean after', 's', ...both(reached(settled, 0.5))),
    fitOf('all archived raw and clean after', 's', ...both(reached(settled, 1))),
    curveFit(
      'waiting for scrubbing, highest; how far the curves are apart on average',
      measured,
      simulated,
      ({ lag }) => lag.scrubbing,
    ),
    curveFit('waiting for encryption, the same', measured, simulated, ({ lag }) => lag.encryption),
    curveFit(
      'instances archived, highest; how far the curves are apart on average',
      measured,
      simulated,
      settled,
    ),
  ];
}

/** Pictures that are read among many that are not: how long one process takes for all of them. */
export function mixedFit(measured: Measured): Fit {
  const { slices, screens, seconds } = measured.mixed;
  const corridor = [slices, screens].map(
    ({ instances, bytes }) => instances * costOf(measured, 'scrubbing', bytes).secondsEach,
  );
  const screen = measured.looks.find(({ what }) => what.startsWith('ultrasound'))!;
  const looked = screens.instances * lookSeconds(measured, 'ultrasound', screen.megapixels);
  const simulated = processSeconds(corridor[0]! + corridor[1]!, looked, 1);
  return fitOf('scrubbed after', 's', seconds, simulated);
}

function fitOf(what: string, unit: string, measured: number, simulated: number): Fit {
  return { what, unit, measured, simulated, deviation: Math.abs(simulated / measured - 1) };
}

/** Mean distance of two curves over the measured one's time, as a share of its highest value. */
function curveFit<T extends { readonly atSeconds: number }>(
  what: string,
  measured: readonly T[],
  simulated: readonly T[],
  value: (moment: T) => number,
): Fit {
  const upTo = measured.at(-1)!.atSeconds;
  const highest = most(measured, value);
  const gap = (moment: T): number => Math.abs(value(nearest(simulated, moment.atSeconds)) - value(moment));
  const distance = areaOf(measured, gap, upTo) / upTo;
  return {
    what,
    unit: '',
    measured: highest,
    simulated: most(simulated, value),
    deviation: distance / highest,
  };
}

/** Area below a curve of steps. */
function areaOf<T extends { readonly atSeconds: number }>(
  some: readonly T[],
  value: (moment: T) => number,
  upTo: number,
): number {
  return some.reduce((sum, moment, at) => {
    const until = Math.min(upTo, some[at + 1]?.atSeconds ?? upTo);
    return sum + Math.max(0, until - moment.atSeconds) * value(moment);
  }, 0);
}

function nearest<T extends { readonly atSeconds: number }>(some: readonly T[], at: number): T {
  return some.find(({ atSeconds }) => atSeconds >= at) ?? some.at(-1)!;
}

const most = <T>(some: readonly T[], value: (moment: T) => number): number => Math.max(...some.map(value));

function drainedAt(samples: readonly Sample[]): number {
  return samples.find(({ atSeconds, records }) => atSeconds > 1 && records < 0.5)?.atSeconds ?? Infinity;
}

function backAtOne(samples: readonly Sample[]): number {
  const last = samples.findLastIndex(({ asked }) => asked > 1);
  return samples[last + 1]?.atSeconds ?? Infinity;
}
