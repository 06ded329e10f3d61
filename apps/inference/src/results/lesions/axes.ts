import type { Spacing } from '../../input/spacing.js';
import type { Part } from './parts.js';

/** In image coordinates (PS3.3 C.18.6.1.1): column, row; the middle of the first pixel is 0.5, 0.5. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths in the spacing's unit. */
export interface Axes {
  readonly long: number;
  /** Greatest extent across the long axis. */
  readonly short: number;
  /** Middles of the pixels at both ends of the long axis. */
  readonly ends: readonly [Point, Point];
}

/**
 * Long axis: greatest distance between the middles of two pixels of the part, plus one pixel in that direction; short axis: the same
 * across it. Distances are taken in the spacing, so that oblong pixels count as what they are.
 */
export function axesOf(part: Part, spacing: Spacing): Axes {
  const hull = hullOf(middlesOf(part), spacing);
  let [from, to, far] = [hull[0] as Point, hull[0] as Point, 0];
  for (const [at, one] of hull.entries())
    for (let next = at + 1; next < hull.length; next += 1) {
      const other = hull[next] as Point;
      const apart = Math.hypot((other.x - one.x) * spacing.column, (other.y - one.y) * spacing.row);
      if (apart > far) [from, to, far] = [one, other, apart];
    }
  const along = far === 0 ? { x: 1, y: 0 } : directionOf(from, to, { spacing, far });
  const across = { x: -along.y, y: along.x };
  const heights = hull.map(({ x, y }) => x * spacing.column * across.x + y * spacing.row * across.y);
  const wide = Math.max(...heights) - Math.min(...heights);
  return { long: far + onePixel(along, spacing), short: wide + onePixel(across, spacing), ends: [from, to] };
}

function directionOf(from: Point, to: Point, { spacing, far }: { spacing: Spacing; far: number }): Point {
  return { x: ((to.x - from.x) * spacing.column) / far, y: ((to.y - from.y) * spacing.row) / far };
}

/** How long one step of one pixel is in a direction. */
function onePixel(direction: Point, { row, column }: Spacing): number {
  return 1 / Math.hypot(direction.x / column, direction.y / row);
}

/** Only the outer pixels of each row can be corners of the hull. */
function middlesOf({ box, data }: Part): Point[] {
  const points: Point[] = [];
  for (let y = 0; y < box.height; y += 1) {
    const row = data.subarray(y * box.width, (y + 1) * box.width);
    const [first, last] = [row.indexOf(1), row.lastIndexOf(1)];
    if (first < 0) continue;
    for (const x of new Set([first, last])) points.push({ x: box.left + x + 0.5, y: box.top + y + 0.5 });
  }
  return points;
}

/** Andrew's monotone chain; its points in order of x, then y. */
function hullOf(points: readonly Point[], { row, column }: Spacing): readonly Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const turn = (o: Point, a: Point, b: Point) =>
    ((a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)) * row * column;
  const half = (line: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of line) {
      while (chain.length > 1 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}
