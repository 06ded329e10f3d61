import type { Rectangle } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { maskFacts, NO_MASKS, tidy } from './masks.js';

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

describe('rectangles that are tidied', () => {
  const size = { rows: 300, columns: 400 };

  it('are those of the frame that lie in no other, each once, in their order', () => {
    const whole = { x: 0, y: 10, width: 90, height: 80 };
    const apart = { x: 200, y: 100, width: 4, height: 150 };
    const inside = { x: 201, y: 190, width: 2, height: 20 };
    const out = { x: 400, y: 0, width: 5, height: 5 };
    const over = { x: 390, y: 290.5, width: 40, height: 40 };
    const cut = { x: 390, y: 290, width: 10, height: 10 };
    expect(tidy([inside, whole, { ...whole }, apart, out, over], size)).toEqual([whole, apart, cut]);
  });

  it('leave out nothing that only one of them covers', () => {
    let seed = 7;
    const next = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
    const some = Array.from({ length: 400 }, () => {
      return { x: next(380), y: next(280), width: 1 + next(60), height: 1 + next(90) };
    });
    const covered = (rectangles: readonly Rectangle[]) => {
      const pixels = new Uint8Array(size.rows * size.columns);
      for (const { x, y, width, height } of rectangles)
        for (let row = y; row < Math.min(size.rows, y + height); row += 1)
          pixels.fill(1, row * size.columns + x, row * size.columns + Math.min(size.columns, x + width));
      return pixels;
    };
    const kept = tidy(some, size);
    expect(kept.length).toBeLessThan(some.length);
    expect(covered(kept)).toEqual(covered(some));
    expect(tidy(kept, size)).toEqual(kept);
  });
});
