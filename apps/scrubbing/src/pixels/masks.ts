import type { Rectangle } from '@sluice/dicom';

/** Rectangles that were blacked out in frames `first` to `last` (from 0), whole pixels. */
export interface MaskRange {
  readonly first: number;
  readonly last: number;
  readonly rectangles: readonly Rectangle[];
}

/** The masks of one object; where they are more than a note should hold, the ranges beyond are counted. */
export interface MaskFacts {
  readonly ranges: readonly MaskRange[];
  readonly moreRanges: number;
}

/** No pixel was changed. */
export const NO_MASKS: MaskFacts = { ranges: [], moreRanges: 0 };

const MOST_RANGES = 100;
const MOST_RECTANGLES = 200;
/** Rows that are searched together. */
const BAND = 32;

/**
 * Facts of the rectangles of all frames, for the verdict and the release note: what is listed is whole, a range that is not (one too many,
 * or too many rectangles) is counted.
 */
export function maskFacts(frames: readonly (readonly Rectangle[])[]): MaskFacts {
  const ranges: MaskRange[] = [];
  let moreRanges = 0;
  let last: readonly Rectangle[] | undefined;
  let isListed = false;
  for (const [frame, rectangles] of frames.entries()) {
    const goesOn = rectangles === last;
    last = rectangles;
    if (rectangles.length === 0) continue;
    const open = ranges.at(-1);
    if (goesOn) {
      if (isListed && open) ranges[ranges.length - 1] = { ...open, last: frame };
      continue;
    }
    isListed = ranges.length < MOST_RANGES && rectangles.length <= MOST_RECTANGLES;
    if (isListed) ranges.push({ first: frame, last: frame, rectangles });
    else moreRanges += 1;
  }
  return { ranges, moreRanges };
}

/** Cut to the frame, in whole pixels, without those that lie in another. */
export function tidy(
  rectangles: readonly Rectangle[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly Rectangle[] {
  const cut = rectangles.flatMap((rectangle) => {
    const [x, y] = [Math.max(0, Math.floor(rectangle.x)), Math.max(0, Math.floor(rectangle.y))];
    const width = Math.min(columns, Math.ceil(rectangle.x + rectangle.width)) - x;
    const height = Math.min(rows, Math.ceil(rectangle.y + rectangle.height)) - y;
    return width > 0 && height > 0 ? [{ x, y, width, height }] : [];
  });
  const bands = bandsOf(cut);
  return cut.filter((one, at) => {
    const near = bands.get(Math.floor(one.y / BAND)) ?? [];
    return !near.some((index) => {
      const other = cut[index] as Rectangle;
      return index !== at && holds(other, one) && (index < at || !holds(one, other));
    });
  });
}

/** Who holds another lies in the band where that begins: a page of small print has tens of thousands of rectangles. */
function bandsOf(rectangles: readonly Rectangle[]): ReadonlyMap<number, readonly number[]> {
  const bands = new Map<number, number[]>();
  for (const [index, { y, height }] of rectangles.entries()) {
    for (let band = Math.floor(y / BAND); band * BAND < y + height; band += 1) {
      const known = bands.get(band);
      if (known) known.push(index);
      else bands.set(band, [index]);
    }
  }
  return bands;
}

function holds(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
