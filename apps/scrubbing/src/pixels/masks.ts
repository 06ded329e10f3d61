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

/** Facts of the rectangles of all frames, for the verdict and the release note. */
export function maskFacts(frames: readonly (readonly Rectangle[])[]): MaskFacts {
  const ranges: MaskRange[] = [];
  let more = 0;
  let last: readonly Rectangle[] | undefined;
  for (const [frame, rectangles] of frames.entries()) {
    const range = ranges.at(-1);
    const goes = rectangles === last;
    last = rectangles;
    if (rectangles.length === 0) continue;
    if (goes && more > 0) continue;
    if (goes && range) ranges[ranges.length - 1] = { ...range, last: frame };
    else if (ranges.length < MOST_RANGES)
      ranges.push({ first: frame, last: frame, rectangles: rectangles.slice(0, MOST_RECTANGLES) });
    else more += 1;
  }
  return { ranges, moreRanges: more };
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
  return cut.filter(
    (one, at) =>
      !cut.some((other, index) => index !== at && holds(other, one) && (index < at || !holds(one, other))),
  );
}

function holds(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
