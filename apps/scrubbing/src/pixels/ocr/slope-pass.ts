import type { Picture } from '@sluice/dicom';
import { drawEnlarged } from './enlarge.js';
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

/** Three times as large, if no less is asked for, bright in black on white, with a slope where others have a threshold: letters of 9 pixels on a dark ground are read by it. */
export function slopePass(picture: Picture, largestScale = LARGEST_SCALE): Pass {
  const pixels = picture.width * picture.height;
  const scale = Math.max(1, Math.min(largestScale, Math.floor(Math.sqrt(MOST_PIXELS / pixels))));
  return { picture: enlarged(picture, scale), scale };
}

function enlarged(picture: Picture, scale: number): Picture {
  const [width, height] = [picture.width * scale, picture.height * scale];
  const large = { width, height, channels: 1, data: Buffer.allocUnsafe(width * height) } as const;
  const area = { x: 0, y: 0, width: picture.width, height: picture.height };
  const shades = shadesOf(whiteBelow(picture.data));
  drawEnlarged(picture, { area, scale, shades, at: { x: 0, y: 0 } }, large);
  return large;
}
