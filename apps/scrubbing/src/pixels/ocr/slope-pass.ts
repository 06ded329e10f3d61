import type { Picture } from '@sluice/dicom';
import type { Pass } from './passes.js';

/** How much larger a picture is read, at most, and how many pixels that may be: a whole tile is read twice as large, print on large pictures being larger. */
const LARGEST_SCALE = 3;
const MOST_PIXELS = 12 * 1024 * 1024;
/** Darker is white, brighter by SLOPE is black, and between them shades: a letter keeps the slope of its edge. */
const WHITE_BELOW = [80, 110, 140] as const;
const SLOPE = 100;
/** Where more of a picture is as bright as letters' edges, it is speckle: thousands of specks are read for minutes, and none is a word. */
const MOST_BRIGHT = 0.1;

function shadesOf(whiteBelow: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, shade) => {
    const share = (shade - whiteBelow) / SLOPE;
    return 255 - Math.min(255, Math.max(0, Math.round(share * 255)));
  });
}

/** From where on a shade counts: as low as the picture's own ground allows. */
function whiteBelow(data: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const shade of data) counts[shade] = (counts[shade] as number) + 1;
  const brighter = (than: number) => counts.subarray(than + 1).reduce((sum, count) => sum + count, 0);
  return WHITE_BELOW.find((shade) => brighter(shade) <= MOST_BRIGHT * data.length) ?? WHITE_BELOW[2];
}

/** Three times as large, bright in black on white, with a slope where others have a threshold: letters of 9 pixels on a dark ground are read by it. */
export function slopePass(picture: Picture): Pass {
  const pixels = picture.width * picture.height;
  const scale = Math.max(1, Math.min(LARGEST_SCALE, Math.floor(Math.sqrt(MOST_PIXELS / pixels))));
  return { picture: enlarged(picture, scale), scale };
}

/** By linear interpolation. */
function enlarged({ width, height, data }: Picture, scale: number): Picture {
  const shades = shadesOf(whiteBelow(data));
  const out = Buffer.allocUnsafe(width * scale * height * scale);
  const columns = placesOf(width, scale);
  for (const [y, { at: row, next: below, share: down }] of placesOf(height, scale).entries()) {
    const [upper, lower] = [row * width, below * width];
    for (const [x, { at, next, share }] of columns.entries()) {
      const above = mixed(data[upper + at] as number, data[upper + next] as number, share);
      const under = mixed(data[lower + at] as number, data[lower + next] as number, share);
      out[y * width * scale + x] = shades[Math.round(mixed(above, under, down))] as number;
    }
  }
  return { width: width * scale, height: height * scale, channels: 1, data: out };
}

/** Where each new line lies between two old ones. */
function placesOf(count: number, scale: number) {
  return Array.from({ length: count * scale }, (_, index) => {
    const place = Math.min(count - 1, Math.max(0, (index + 0.5) / scale - 0.5));
    const at = Math.floor(place);
    return { at, next: Math.min(count - 1, at + 1), share: place - at };
  });
}

function mixed(one: number, other: number, share: number): number {
  return one + (other - one) * share;
}
