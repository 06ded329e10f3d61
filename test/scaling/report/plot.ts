import type { Results, Sample } from '../scaling.ts';
import { drawPanels } from './panels.ts';

/** What the panels show. */
const PANELS: readonly {
  readonly title: string;
  readonly lines: readonly {
    readonly colour: string;
    readonly words: string;
    readonly value: (sample: Sample) => number;
  }[];
}[] = [
  {
    title: 'workers',
    lines: [
      { colour: '#0b5fff', words: 'asked for by the Deployment', value: ({ asked }) => asked },
      { colour: '#d9480f', words: 'processes that live', value: ({ running }) => running },
    ],
  },
  {
    title: 'lag, records',
    lines: [{ colour: '#2b8a3e', words: 'records that wait', value: ({ records }) => records }],
  },
  {
    title: 'lag, seconds',
    lines: [
      { colour: '#862e9c', words: 'age of the oldest record that waits', value: ({ seconds }) => seconds },
    ],
  },
];

/** Replicas, lag in records and lag in seconds over time, as SVG. */
export function plotOf({ samples, killedAfter, drainedAfter }: Results): string {
  const last = Math.max(1, samples.at(-1)?.atSeconds ?? 1);
  return drawPanels({
    panels: PANELS.map(({ title, lines }) => ({
      title,
      lines: lines.map(({ value, ...line }) => ({
        ...line,
        points: samples.map((sample) => [sample.atSeconds, value(sample)] as const),
      })),
    })),
    last,
    marks: [
      [killedAfter, 'one killed'],
      [drainedAfter, 'drained'],
    ],
    ticks: secondTicks(last),
  });
}

/** At most twelve of them. */
export function secondTicks(last: number): (readonly [number, string])[] {
  const step = [5, 10, 20, 30, 60, 120].find((each) => last / each <= 12) ?? 300;
  return Array.from(
    { length: Math.floor(last / step) + 1 },
    (_, at) => [at * step, `${at * step} s`] as const,
  );
}
