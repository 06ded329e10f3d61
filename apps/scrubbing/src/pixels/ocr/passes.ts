import type { Picture, Rectangle } from '@sluice/dicom';
import { slopePass } from './slope-pass.js';
import type { FoundWord } from './text-finder.js';

/** A picture as one pass reads it, `scale` times as large as the one that was given. */
export interface Pass {
  readonly picture: Picture;
  readonly scale: number;
}

/** The ways in which one picture is read, each made when it is asked for: large ones are not held together. */
export type Passes = (picture: Picture) => Iterable<Pass>;

const SCALE = 2;
/** Overlays are drawn at or near full brightness; tissue seldom is. */
const BRIGHT = 128;

/**
 * The first look: the picture as it is, twice as large with a threshold, and three times as large with a slope. Each finds what another does
 * not: faint writing, Chinese, small print.
 */
export function* passesOf(picture: Picture): Generator<Pass> {
  yield { picture, scale: 1 };
  yield { picture: enlargedThreshold(picture), scale: SCALE };
  yield slopePass(picture);
}

/** The second look: the way that reads best alone; all small print is read in close-ups besides. */
export function secondPassesOf(picture: Picture): Iterable<Pass> {
  return [slopePass(picture)];
}

/** Whether anything is written in a picture that was turned by a quarter: one pass, the one that misses least. */
export function turnedPassesOf(picture: Picture): Iterable<Pass> {
  return [slopePass(picture, SCALE)];
}

/** And what, where something is: the others of the first look. */
export function* moreTurnedPassesOf(picture: Picture): Generator<Pass> {
  yield { picture, scale: 1 };
  yield { picture: enlargedThreshold(picture), scale: SCALE };
}

/** Close-ups (close-ups.ts), which are prepared already. */
export function asTheyAre(picture: Picture): Iterable<Pass> {
  return [{ picture, scale: 1 }];
}

/** Twice the size by linear interpolation; bright becomes black, everything else white. */
function enlargedThreshold({ width, height, data }: Picture): Picture {
  const out = Buffer.alloc(width * SCALE * height * SCALE, 255);
  const near = new Uint16Array(width);
  for (let y = 0; y < height * SCALE; y += 1) {
    const row = (y >> 1) * width;
    const other = Math.min(height - 1, Math.max(0, (y >> 1) + (y & 1 ? 1 : -1))) * width;
    // Of one column the mixture of both rows, 4 times: mixing the columns makes it 16 times.
    for (let x = 0; x < width; x += 1) near[x] = 3 * (data[row + x] as number) + (data[other + x] as number);
    const line = y * width * SCALE;
    for (let x = 0; x < width; x += 1) {
      const own = 3 * (near[x] as number);
      if (own + (near[x > 0 ? x - 1 : 0] as number) > 16 * BRIGHT) out[line + 2 * x] = 0;
      if (own + (near[x < width - 1 ? x + 1 : x] as number) > 16 * BRIGHT) out[line + 2 * x + 1] = 0;
    }
  }
  return { width: width * SCALE, height: height * SCALE, channels: 1, data: out };
}

/** All that any pass read. Where two read the same place alike the surer one counts; unlike readings both stay: either may be the name. */
export function unite(passes: readonly (readonly FoundWord[])[]): readonly FoundWord[] {
  const united: FoundWord[] = [];
  for (const word of passes.flat()) {
    const same = united.findIndex((other) => other.text === word.text && overlap(other.box, word.box) > 0.5);
    const other = united[same];
    if (!other) united.push(word);
    else if (word.confidence > other.confidence) united[same] = word;
  }
  return united;
}

/** Share of the smaller box that lies in the other. */
function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.width * a.height, b.width * b.height);
}
