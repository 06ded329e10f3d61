import type { Point } from './axes.js';
import type { Part } from './parts.js';

/** Right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** The line around a part along the sides of its pixels, clockwise, as its corners (image coordinates); the first is not repeated. */
export function outlineOf(part: Part): readonly Point[] {
  const { box } = part;
  const start = { x: part.data.indexOf(1) % box.width, y: Math.floor(part.data.indexOf(1) / box.width) };
  const corners: Point[] = [];
  let [x, y, direction] = [start.x, start.y, 0];
  // No side is walked twice, so this ends.
  do {
    const [dx, dy] = STEPS[direction] as (typeof STEPS)[number];
    [x, y] = [x + dx, y + dy];
    const turned = nextDirection(part, { x, y }, direction);
    if (turned !== direction) corners.push({ x: box.left + x, y: box.top + y });
    direction = turned;
  } while (x !== start.x || y !== start.y || direction !== 0);
  return corners;
}

/** The line with no more than `most` corners: those go first whose loss moves it least (Ramer, Douglas, Peucker), by half a pixel at least. */
export function simplified(outline: readonly Point[], most: number): readonly Point[] {
  let kept = outline;
  for (let tolerance = 0.5; kept.length > most || tolerance === 0.5; tolerance *= 1.5) {
    const middle = Math.floor(outline.length / 2);
    const halves = [outline.slice(0, middle + 1), [...outline.slice(middle), ...outline.slice(0, 1)]];
    kept = halves.flatMap((half) => reduced(half, tolerance).slice(0, -1));
  }
  return kept;
}

/** Both ends, and between them what lies farther off than the tolerance. A list of spans to look at, so that no line is too long. */
function reduced(line: readonly Point[], tolerance: number): Point[] {
  const keep = new Set([0, line.length - 1]);
  const spans: [number, number][] = [[0, line.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let [far, at] = [tolerance, -1];
    for (let place = from + 1; place < to; place += 1) {
      const off = distance(line[place] as Point, line[from] as Point, line[to] as Point);
      if (off > far) [far, at] = [off, place];
    }
    if (at < 0) continue;
    keep.add(at);
    spans.push([from, at], [at, to]);
  }
  return line.filter((_, at) => keep.has(at));
}

/** Of a point from the line through two others; from the first where they are one. */
function distance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return Math.hypot(point.x - from.x, point.y - from.y);
  return Math.abs(dx * (point.y - from.y) - dy * (point.x - from.x)) / length;
}

/** The inside lies to the right: a pixel ahead on the left means turn left, none ahead on the right means turn right. */
function nextDirection(part: Part, corner: Point, direction: number): number {
  const [dx, dy] = STEPS[direction] as (typeof STEPS)[number];
  const [left, right] = [ahead(corner, dx + dy, dy - dx), ahead(corner, dx - dy, dy + dx)];
  if (isInside(part, left)) return (direction + 3) % 4;
  return isInside(part, right) ? direction : (direction + 1) % 4;
}

/** The pixel that touches a corner in a diagonal direction (-1 or 1 each). */
function ahead({ x, y }: Point, dx: number, dy: number): Point {
  return { x: dx > 0 ? x : x - 1, y: dy > 0 ? y : y - 1 };
}

/** Whether a pixel of the box, or beside it, belongs to the part. */
export function isInside({ box, data }: Part, { x, y }: Point): boolean {
  return x >= 0 && y >= 0 && x < box.width && y < box.height && data[y * box.width + x] === 1;
}
