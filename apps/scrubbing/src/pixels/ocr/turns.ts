import type { Picture, Rectangle } from '@sluice/dicom';
import type { FoundWord } from './text-finder.js';

/** Which way writing runs that does not stand upright: from the bottom to the top of the picture, or down it. */
export type Runs = 'up' | 'down';

/** Both ways to write sideways. */
export const SIDEWAYS: readonly Runs[] = ['up', 'down'];

type Size = Pick<Picture, 'width' | 'height'>;
/** For boxes that are compared with each other alone. */
const NOWHERE: Size = { width: 0, height: 0 };

/** A grey picture turned by a quarter so that what runs that way stands upright. */
export function turnedUpright({ width, height, data }: Picture, runs: Runs): Picture {
  const out = Buffer.allocUnsafe(width * height);
  for (let y = 0; y < height; y += 1) {
    const column = runs === 'up' ? height - 1 - y : y;
    for (let x = 0; x < width; x += 1) {
      const row = runs === 'up' ? x : width - 1 - x;
      out[row * height + column] = data[y * width + x] as number;
    }
  }
  return { width: height, height: width, channels: 1, data: out };
}

/** A box of a picture of that size, as it lies once the picture is turned upright. */
export function boxUpright({ x, y, width, height }: Rectangle, runs: Runs, size = NOWHERE): Rectangle {
  const turned = { width: height, height: width };
  return runs === 'up'
    ? { ...turned, x: size.height - y - height, y: x }
    : { ...turned, x: y, y: size.width - x - width };
}

/** A box of a picture that was turned upright, as it lies in the picture of that size that was given. */
export function boxSideways({ x, y, width, height }: Rectangle, runs: Runs, size = NOWHERE): Rectangle {
  const turned = { width: height, height: width };
  return runs === 'up'
    ? { ...turned, x: y, y: size.height - x - width }
    : { ...turned, x: size.width - y - height, y: x };
}

/** The words that run that way (without one: those that stand upright), as they lie to each other once they are turned upright. */
export function uprightWords(words: readonly FoundWord[], runs?: Runs): FoundWord[] {
  const own = words.filter((word) => word.runs === runs);
  return runs ? own.map((word) => ({ ...word, box: boxUpright(word.box, runs) })) : own;
}
