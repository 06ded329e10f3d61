import type { Picture } from '@sluice/dicom';
import { lettersIn } from '../judge/letters-in.js';
import type { FoundWord } from '../ocr/text-finder.js';
import { shadeAt } from '../shade-at.js';

/** A reader that is this sure has read something. */
const SURE = 60;
/** Writing is two shades with sharp edges; tissue is all shades between, without them. Measured on planted words of 9 to 18 px and on tissue. */
const LEAST_CONTRAST = 24;
const FEW_EDGES = 0.02;
const SOME_EDGES = 0.2;
const SOME_MIDDLE = 0.2;
const MUCH_MIDDLE = 0.42;
/** Pixels: letters larger than this are read surely, or are none. */
const LARGE = 64;
const FEW_LETTERS = 3;

/** False where a reader was unsure and what it saw has not the shades of writing: an edge of tissue, speckle, noise. */
export function isWriting(picture: Picture, { box, confidence, text }: FoundWord): boolean {
  if (confidence >= SURE) return true;
  if (box.height > LARGE && lettersIn(text) < FEW_LETTERS) return false;
  const { contrast, middle, edges } = shadesOf(picture, box);
  if (contrast < LEAST_CONTRAST) return false;
  if (edges < FEW_EDGES && (middle > SOME_MIDDLE || !/[\p{L}\p{N}]/u.test(text))) return false;
  return middle <= MUCH_MIDDLE || edges >= SOME_EDGES;
}

/** Contrast of a box; the share of its pixels between dark and bright; the share of neighbours that jump from one to the other. */
function shadesOf(picture: Picture, { x, y, width, height }: FoundWord['box']) {
  const left = Math.max(0, Math.floor(x) - 1);
  const top = Math.max(0, Math.floor(y) - 1);
  const right = Math.min(picture.width, Math.ceil(x + width) + 1);
  const bottom = Math.min(picture.height, Math.ceil(y + height) + 1);
  const counts = new Uint32Array(256);
  const jumps = new Uint32Array(256);
  for (let row = top; row < bottom; row += 1) {
    for (let at = row * picture.width + left; at < row * picture.width + right; at += 1) {
      const shade = picture.data[at] as number;
      counts[shade] = (counts[shade] ?? 0) + 1;
      if (at + 1 === row * picture.width + right) continue;
      const jump = Math.abs(shade - (picture.data[at + 1] as number));
      jumps[jump] = (jumps[jump] ?? 0) + 1;
    }
  }
  const total = Math.max(1, (right - left) * (bottom - top));
  const [dark, bright] = [shadeAt(counts, 0.05 * total), shadeAt(counts, 0.97 * total)];
  const contrast = Math.max(1, bright - dark);
  return {
    contrast: bright - dark,
    middle: sum(counts, dark + 0.3 * contrast, dark + 0.7 * contrast) / total,
    edges: sum(jumps, 0.5 * contrast, 256) / total,
  };
}

/** Of what lies above one shade and below another. */
function sum(counts: Uint32Array, above: number, below: number): number {
  let total = 0;
  for (let at = Math.floor(above) + 1; at < below && at < 256; at += 1) total += counts[at] as number;
  return total;
}
