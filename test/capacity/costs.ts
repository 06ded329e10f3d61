import type { AloneFigure, Measured, StageName } from './measured.ts';

/** What one instance costs one stage: processor seconds, and seconds of one process that has cores enough. */
export interface Cost {
  readonly own: number;
  readonly servers: number;
  readonly sender: number;
  /** One process alone does one instance in so many seconds, several at a time. */
  readonly secondsEach: number;
}

/** A part for each instance and a part for each byte, from two measured sizes. */
export function costOf({ sizes }: Pick<Measured, 'sizes'>, stage: StageName, bytes: number): Cost {
  const [small, large] = sizes;
  if (!small || !large) throw new Error('two sizes are needed to tell a price per byte');
  const share = (bytes - small.bytes) / (large.bytes - small.bytes);
  const line = (value: (figure: AloneFigure) => number): number => {
    const [a, b] = [value(small.stages[stage]), value(large.stages[stage])];
    return Math.max(0, a + share * (b - a));
  };
  return {
    own: line(({ cpu }) => cpu.own),
    servers: line(({ cpu }) => cpu.servers),
    sender: line(({ cpu }) => cpu.sender),
    secondsEach: line(({ instancesPerSecond }) => 1 / instancesPerSecond),
  };
}

/** Which measured picture is meant. */
export type Look = 'mammogram' | 'radiograph' | 'ultrasound';

/** Processor seconds for looking for text in one picture of so many megapixels, as in the measured one that it is like. */
export function lookSeconds({ looks }: Pick<Measured, 'looks'>, like: Look, megapixels: number): number {
  const look = looks.find(({ what }) => what.startsWith(like));
  if (!look) throw new Error(`no ${like} was measured`);
  return (look.cpu.own / look.megapixels) * megapixels;
}

/**
 * Seconds of one process for one instance, or for a mean one: reading text is a thread beside the corridor's, and the slower of both
 * is what a process does.
 */
export function processSeconds(corridorSeconds: number, looked: number, threads: number): number {
  return Math.max(corridorSeconds, looked / threads);
}
