import { expect, it } from 'vitest';
import { outsideRegions } from './outside-regions.js';

const frame = { rows: 100, columns: 200 };
const region = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });

/** Pixels that no rectangle covers. */
function inside(regions: ReturnType<typeof region>[]): number {
  const rectangles = outsideRegions({ regions: new Map(regions.entries()) }, frame) ?? [];
  let free = 0;
  for (let y = 0; y < frame.rows; y += 1)
    for (let x = 0; x < frame.columns; x += 1)
      if (!rectangles.some((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height)) free += 1;
  return free;
}

it('what lies in a region, its edges included, stays; everything else goes', () => {
  expect(inside([region(10, 10, 29, 39)])).toBe(20 * 30);
  expect(inside([region(10, 10, 29, 39), region(20, 20, 39, 49)])).toBe(20 * 30 * 2 - 10 * 20);
  expect(inside([region(0, 0, 5000, 5000)])).toBe(100 * 200);
});

it('without a region that is whole nothing is known to be outside', () => {
  expect(outsideRegions({ regions: new Map() }, frame)).toBeUndefined();
  expect(outsideRegions({ regions: new Map([[0, { left: 1, top: 2 }]]) }, frame)).toBeUndefined();
});
