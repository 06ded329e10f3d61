import { drawPanels, type Line } from '../../scaling/report/panels.ts';
import { secondTicks } from '../../scaling/report/plot.ts';
import type { Results } from '../../scaling/scaling.ts';
import { lastPush, type Measured, STAGES } from '../measured.ts';
import type { StageCourse } from '../model/stage-model.ts';
import { arrivalsOf, DAY_SECONDS } from '../network/day.ts';
import type { Inputs } from '../network/inputs.ts';
import type { InstallationNeed } from '../network/service-needs.ts';
import { simulateKedaRun } from '../validate/keda-run.ts';
import { simulatePush } from '../validate/push-run.ts';

const [MEASURED, SIMULATED] = ['#d9480f', '#0b5fff'];
const COLOURS = { intake: '#868e96', scrubbing: '#2b8a3e', encryption: '#862e9c', archival: '#0b5fff' };
/** One point of the day stands for so many seconds: the most of them. */
const POINT_SECONDS = 300;

/** The backlog under KEDA, and the push: measured and simulated. */
export function kedaPlot(run: Results, measured: Measured): string {
  const simulated = simulateKedaRun(run, measured.startSeconds);
  const last = run.samples.at(-1)!.atSeconds;
  const two = (value: (sample: Results['samples'][number]) => number): Line[] => [
    { colour: MEASURED, words: 'measured', points: run.samples.map((one) => [one.atSeconds, value(one)]) },
    {
      colour: SIMULATED,
      words: 'simulated',
      points: within(simulated, last).map((one) => [one.atSeconds, value(one)]),
    },
  ];
  return drawPanels({
    panels: [
      { title: 'workers', lines: two(({ asked }) => asked) },
      { title: 'lag, records', lines: two(({ records }) => records) },
      { title: 'lag, seconds', lines: two(({ seconds }) => seconds) },
    ],
    last,
    marks: [[run.killedAfter, 'one killed']],
    ticks: secondTicks(last),
  });
}

export function pushPlot(measured: Measured): string {
  const { moments } = lastPush(measured);
  const last = moments.at(-1)!.atSeconds;
  const simulated = within(simulatePush(measured), last);
  const two = (value: (moment: (typeof moments)[number]) => number): Line[] => [
    { colour: MEASURED, words: 'measured', points: moments.map((one) => [one.atSeconds, value(one)]) },
    {
      colour: SIMULATED,
      words: 'simulated',
      points: simulated.filter((_, at) => at % 3 === 0).map((one) => [one.atSeconds, value(one)]),
    },
  ];
  return drawPanels({
    panels: [
      { title: 'received', lines: two(({ received }) => received) },
      { title: 'scrubbed', lines: two(({ received, lag }) => received - lag.scrubbing) },
      { title: 'archived', lines: two(({ settled }) => settled) },
    ],
    last,
    marks: [],
    ticks: secondTicks(last),
  });
}

/** The day that breaks: what comes, replicas, and lag in seconds. */
export function dayPlot(inputs: Inputs, { brokenDay }: InstallationNeed): string {
  const arrivals = arrivalsOf(inputs);
  const coming = Array.from({ length: DAY_SECONDS }, (_, second) => arrivals(second));
  const lines = (value: (course: StageCourse) => readonly number[]): Line[] =>
    STAGES.map((words, at) => ({ colour: COLOURS[words], words, points: thinned(value(brokenDay[at]!)) }));
  const from = inputs.outage.hour * 3_600;
  return drawPanels({
    panels: [
      {
        title: 'instances/s',
        lines: [{ colour: COLOURS.intake, words: 'come from scanners', points: thinned(coming) }],
      },
      { title: 'replicas', lines: lines(({ asked }) => asked) },
      { title: 'lag, minutes', lines: lines(({ ageSeconds }) => ageSeconds.map((age) => age / 60)) },
    ],
    last: DAY_SECONDS,
    marks: [
      [from, 'down'],
      [from + 60 * inputs.outage.minutes, 'up again'],
    ],
    ticks: Array.from({ length: 13 }, (_, at) => [at * 7_200, `${at * 2} h`] as const),
  });
}

function thinned(values: readonly number[]): [number, number][] {
  return Array.from({ length: Math.ceil(values.length / POINT_SECONDS) }, (_, at) => {
    const some = values.slice(at * POINT_SECONDS, (at + 1) * POINT_SECONDS);
    return [at * POINT_SECONDS, some.reduce((most, each) => Math.max(most, each), 0)];
  });
}

function within<T extends { readonly atSeconds: number }>(some: readonly T[], last: number): T[] {
  return some.filter(({ atSeconds }) => atSeconds <= last);
}
