import { seededRandom } from './random.js';

/** Where the planted lesion lies, in pixels: centre and half axes. */
export interface Lesion {
  readonly x: number;
  readonly y: number;
  readonly longHalf: number;
  readonly shortHalf: number;
}

/**
 * A 16-bit slice: an elliptical body with two organs, noise, and one bright lesion. Little endian, `rows * columns * 2` bytes;
 * values 0..4095.
 */
export function phantomSlice(
  rows: number,
  columns: number,
  seed: number,
): { pixels: Buffer; lesion: Lesion } {
  const random = seededRandom(seed);
  const lesion = {
    x: columns * (0.4 + 0.2 * random()),
    y: rows * (0.4 + 0.2 * random()),
    longHalf: columns * 0.05,
    shortHalf: rows * 0.03,
  };
  const pixels = Buffer.alloc(rows * columns * 2);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const value = tissue(x / columns, y / rows) + (inside(lesion, x, y) ? 900 : 0) + random() * 60;
      pixels.writeUInt16LE(Math.min(4095, Math.round(value)), (y * columns + x) * 2);
    }
  }
  return { pixels, lesion };
}

function tissue(x: number, y: number): number {
  if (((x - 0.5) / 0.42) ** 2 + ((y - 0.5) / 0.34) ** 2 > 1) return 0;
  if (((x - 0.32) / 0.1) ** 2 + ((y - 0.5) / 0.16) ** 2 < 1) return 400;
  if (((x - 0.68) / 0.1) ** 2 + ((y - 0.5) / 0.16) ** 2 < 1) return 450;
  return 1040;
}

function inside(lesion: Lesion, x: number, y: number): boolean {
  return ((x - lesion.x) / lesion.longHalf) ** 2 + ((y - lesion.y) / lesion.shortHalf) ** 2 < 1;
}
