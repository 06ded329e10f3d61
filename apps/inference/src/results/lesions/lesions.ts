import type { Contract } from '../../input/contract.js';
import type { Spacing } from '../../input/spacing.js';
import { axesOf, type Axes } from './axes.js';
import { partsOf, type Part } from './parts.js';

/** One outlined thing in a frame. */
export interface Lesion extends Axes {
  readonly part: Part;
  readonly areaPixels: number;
  /** In the spacing's unit, squared. */
  readonly area: number;
  /** Mean and greatest probability inside the outline. */
  readonly meanProbability: number;
  readonly peakProbability: number;
}

/** A map of numbers over a picture, row by row. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** More parts than these are noise; the largest are kept. */
const MOST_LESIONS = 32;

/** From a probability map in the picture's own pixels to lesions, largest first: at least the contract's threshold, its parts, its least area. */
export function lesionsOf(
  map: ProbabilityMap,
  { outline }: Pick<Contract, 'outline'>,
  spacing: Spacing,
): readonly Lesion[] {
  const { width, height, data } = map;
  const inside = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 1) if (data[at]! >= outline.threshold) inside[at] = 1;
  const most = outline.parts === 'largest' ? 1 : MOST_LESIONS;
  return partsOf({ width, height, data: inside }, most)
    .filter(({ area }) => area >= outline.leastAreaPixels)
    .sort((a, b) => b.area - a.area)
    .map((part) => ({
      part,
      areaPixels: part.area,
      area: part.area * spacing.row * spacing.column,
      ...axesOf(part, spacing),
      ...probabilityIn(map, part),
    }));
}

function probabilityIn({ width, data }: ProbabilityMap, { box, data: mask, area }: Part) {
  let [sum, peak] = [0, 0];
  for (let at = 0; at < mask.length; at += 1) {
    if (mask[at] === 0) continue;
    const y = box.top + Math.floor(at / box.width);
    const probability = data[y * width + box.left + (at % box.width)]!;
    sum += probability;
    peak = Math.max(peak, probability);
  }
  return { meanProbability: sum / area, peakProbability: peak };
}
