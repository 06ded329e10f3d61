import type { Rectangle } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { maskFacts, NO_MASKS } from './masks.js';

const boxes = (count: number): Rectangle[] =>
  Array.from({ length: count }, (_, x) => ({ x, y: 0, width: 1, height: 1 }));
const [one, two, most, tooMany] = [boxes(1), boxes(2), boxes(200), boxes(201)];

describe('the masks of an object', () => {
  it('are ranges of frames with the same rectangles', () => {
    expect(maskFacts([one, one, [], one, two])).toEqual({
      ranges: [
        { first: 0, last: 1, rectangles: one },
        { first: 3, last: 3, rectangles: one },
        { first: 4, last: 4, rectangles: two },
      ],
      moreRanges: 0,
    });
    expect(maskFacts([[], []])).toEqual(NO_MASKS);
  });

  it('are listed whole or counted: no rectangle of a listed range is left out', () => {
    expect(maskFacts([most, tooMany, tooMany, one, one, two])).toEqual({
      ranges: [
        { first: 0, last: 0, rectangles: most },
        { first: 3, last: 4, rectangles: one },
        { first: 5, last: 5, rectangles: two },
      ],
      moreRanges: 1,
    });
  });

  it('are counted beyond 100 ranges, each once', () => {
    const frames = Array.from({ length: 150 }, () => boxes(1)).flatMap((range) => [range, range]);
    const { ranges, moreRanges } = maskFacts(frames);
    expect([ranges.length, moreRanges]).toEqual([100, 50]);
    expect(ranges.at(-1)).toMatchObject({ first: 198, last: 199 });
  });
});
