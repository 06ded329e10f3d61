import type { Box } from '../../input/region.js';

/** A connected part of a mask: its bounding box, and 1 for each of the box's pixels that belongs to it, row by row. */
export interface Part {
  readonly box: Box;
  readonly data: Uint8Array;
  readonly area: number;
}

export interface Mask {
  readonly width: number;
  readonly height: number;
  /** 1 inside. */
  readonly data: Uint8Array;
}

/** Parts of a mask that touch by a side or a corner, each with its holes filled, in the order in which they are met; at most `limit`, the largest. */
export function partsOf(mask: Mask, limit: number): readonly Part[] {
  const left = mask.data.slice();
  const queue = new Int32Array(countOf(left));
  const found: Part[] = [];
  for (let at = left.indexOf(1); at >= 0; at = left.indexOf(1, at)) {
    found.push(partAt({ ...mask, data: left }, at, queue));
    if (found.length > 2 * limit) keepLargest(found, limit);
  }
  keepLargest(found, limit);
  return found.map(fillHoles);
}

function countOf(ones: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < ones.length; at += 1) count += ones[at]!;
  return count;
}

/** Of equal ones the first. */
function keepLargest(parts: Part[], limit: number): void {
  const kept = new Set([...parts].sort((a, b) => b.area - a.area).slice(0, limit));
  parts.splice(0, parts.length, ...parts.filter((part) => kept.has(part)));
}

/** What touches a pixel by a side or a corner. */
const NEAR = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ({ dx, dy })));

/** Takes the part around a pixel out of the mask; `queue` has room for its pixels. */
function partAt({ width, data }: Mask, start: number, queue: Int32Array): Part {
  let count = 1;
  queue[0] = start;
  data[start] = 0;
  for (let next = 0; next < count; next += 1) {
    const at = queue[next]!;
    const x = at % width;
    for (const { dx, dy } of NEAR) {
      const to = at + dy * width + dx;
      // Above the first line and below the last there is nothing to be read.
      if (x + dx < 0 || x + dx >= width || data[to] !== 1) continue;
      data[to] = 0;
      queue[count] = to;
      count += 1;
    }
  }
  return cutOut(queue.subarray(0, count), width);
}

function cutOut(pixels: Int32Array, width: number): Part {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (const at of pixels) {
    const x = at % width;
    const y = Math.floor(at / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  const data = new Uint8Array(box.width * box.height);
  for (const at of pixels) data[(Math.floor(at / width) - top) * box.width + (at % width) - left] = 1;
  return { box, data, area: pixels.length };
}

/** What cannot be reached from outside by sides is inside. */
function fillHoles({ box, data }: Part): Part {
  const [width, height] = [box.width + 2, box.height + 2];
  const free = new Uint8Array(width * height).fill(1);
  for (let at = 0; at < data.length; at += 1)
    free[(Math.floor(at / box.width) + 1) * width + (at % box.width) + 1] = 1 - data[at]!;
  const pending = [0];
  free[0] = 0;
  const steps = [-1, 1, -width, width];
  for (let at = pending.pop(); at !== undefined; at = pending.pop())
    for (const step of steps) {
      const to = at + step;
      // One free column on each side keeps a step beyond a row's end outside too.
      if (free[to] !== 1) continue;
      free[to] = 0;
      pending.push(to);
    }
  const filled = data.map(
    (one, at) => one | (free[(Math.floor(at / box.width) + 1) * width + (at % box.width) + 1] as number),
  );
  return { box, data: filled, area: countOf(filled) };
}
