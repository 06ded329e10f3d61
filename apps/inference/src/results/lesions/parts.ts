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
  const left = Uint8Array.from(mask.data);
  const queue = new Int32Array(left.reduce((sum, one) => sum + one, 0));
  const found: Part[] = [];
  for (let at = 0; at < left.length; at += 1) {
    if (left[at] !== 1) continue;
    found.push(partAt({ ...mask, data: left }, at, queue));
    if (found.length > 2 * limit) keepLargest(found, limit);
  }
  keepLargest(found, limit);
  return found.map(fillHoles);
}

/** Of equal ones the first. */
function keepLargest(parts: Part[], limit: number): void {
  const kept = new Set([...parts].sort((a, b) => b.area - a.area).slice(0, limit));
  parts.splice(0, parts.length, ...parts.filter((part) => kept.has(part)));
}

/** Takes the part around a pixel out of the mask; `queue` has room for its pixels. */
function partAt({ width, height, data }: Mask, start: number, queue: Int32Array): Part {
  let count = 1;
  queue[0] = start;
  data[start] = 0;
  for (let next = 0; next < count; next += 1) {
    const at = queue[next] as number;
    for (const to of neighboursOf(at, width, height)) {
      if (data[to] !== 1) continue;
      data[to] = 0;
      queue[count] = to;
      count += 1;
    }
  }
  return cutOut(queue.subarray(0, count), width);
}

/** The pixel and those that touch it by a side or a corner. */
function neighboursOf(at: number, width: number, height: number): number[] {
  const [x, y] = [at % width, Math.floor(at / width)];
  const found: number[] = [];
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1)
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) found.push(ny * width + nx);
  return found;
}

function cutOut(pixels: Int32Array, width: number): Part {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
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
  for (let at = pending.pop(); at !== undefined; at = pending.pop())
    for (const to of [at - 1, at + 1, at - width, at + width]) {
      // One free column on each side keeps a step beyond a row's end outside too.
      if (free[to] !== 1) continue;
      free[to] = 0;
      pending.push(to);
    }
  const filled = data.map(
    (one, at) => one | (free[(Math.floor(at / box.width) + 1) * width + (at % box.width) + 1] as number),
  );
  return { box, data: filled, area: filled.reduce((sum, one) => sum + one, 0) };
}
