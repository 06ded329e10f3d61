import type { Results, Sample } from '../scaling.ts';

const WIDTH = 900;
const PANEL = 200;
const LEFT = 70;
const RIGHT = 20;
const GAP = 50;

/** What one panel shows. */
interface Panel {
  readonly title: string;
  readonly lines: readonly {
    readonly colour: string;
    readonly words: string;
    readonly value: (sample: Sample) => number;
  }[];
}

const PANELS: readonly Panel[] = [
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
export function plotOf(results: Results): string {
  const { samples } = results;
  const lastSecond = Math.max(1, samples.at(-1)?.atSeconds ?? 1);
  const x = (seconds: number): number => LEFT + (seconds / lastSecond) * (WIDTH - LEFT - RIGHT);
  const height = PANELS.length * (PANEL + GAP) + GAP;
  const panels = PANELS.map((panel, at) => panelOf(panel, samples, { top: GAP + at * (PANEL + GAP), x }));
  const marks = [
    [results.killedAfter, 'one killed'],
    [results.drainedAfter, 'drained'],
  ] as const;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...marks.map(([seconds, words]) => (seconds === undefined ? '' : markOf(x(seconds), height, words))),
    ...panels,
    ...ticksOf(lastSecond, x, height - 15),
    '</svg>',
    '',
  ].join('\n');
}

interface Place {
  readonly top: number;
  readonly x: (seconds: number) => number;
}

function panelOf({ title, lines }: Panel, samples: readonly Sample[], { top, x }: Place): string {
  const most = Math.max(1, ...samples.flatMap((sample) => lines.map(({ value }) => value(sample))));
  const y = (value: number): number => top + PANEL - (value / most) * PANEL;
  const axis = `<path d="M${LEFT} ${top}V${top + PANEL}H${WIDTH - RIGHT}" fill="none" stroke="#868e96"/>`;
  const scale = [0, most / 2, most].map(
    (value) => `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${round(value)}</text>`,
  );
  const drawn = lines.map(({ colour, value }) => {
    const points = samples.map((sample) => `${round(x(sample.atSeconds))},${round(y(value(sample)))}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const legend = lines.map(
    ({ colour, words }, at) =>
      `<text x="${LEFT + 150 + at * 220}" y="${top - 10}" fill="${colour}">${words}</text>`,
  );
  return [
    axis,
    `<text x="${LEFT}" y="${top - 10}" font-weight="bold">${title}</text>`,
    ...legend,
    ...scale,
    ...drawn,
  ].join('\n');
}

function markOf(x: number, height: number, words: string): string {
  const line = `<path d="M${round(x)} 20V${height - GAP}" stroke="#adb5bd" stroke-dasharray="4 4"/>`;
  return `${line}<text x="${round(x) + 3}" y="16" fill="#495057">${words}</text>`;
}

function ticksOf(lastSecond: number, x: (seconds: number) => number, y: number): string[] {
  const step = [5, 10, 20, 30, 60, 120].find((each) => lastSecond / each <= 12) ?? 300;
  const ticks = Array.from({ length: Math.floor(lastSecond / step) + 1 }, (_, at) => at * step);
  return ticks.map((tick) => `<text x="${round(x(tick))}" y="${y}" text-anchor="middle">${tick} s</text>`);
}

const round = (value: number): number => Math.round(value * 10) / 10;
