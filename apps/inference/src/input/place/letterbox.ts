import type { Box } from '../region.js';
import { resizeBilinear, resizeLanczos, type Plane } from './resample.js';

/** Where the part `crop` of a picture of `columns` x `rows` pixels lies in the model's square of `size`: at `box`, in pixels of the square. */
export interface Placement {
  readonly columns: number;
  readonly rows: number;
  readonly crop: Box;
  readonly size: number;
  readonly box: Box;
}

/** Pixels less than this far from square are taken for square, as all were that models learned from. */
const SQUARE_WITHIN = 0.01;

/** The long side fits the square, the other is centred. `aspect`: height of a pixel over its width. */
export function placementOf(
  picture: { readonly columns: number; readonly rows: number; readonly crop: Box; readonly aspect: number },
  size: number,
): Placement {
  const { columns, rows, crop, aspect } = picture;
  const tall = Math.abs(aspect - 1) < SQUARE_WITHIN ? crop.height : crop.height * aspect;
  const scale = size / Math.max(crop.width, tall);
  const width = Math.max(1, Math.floor(crop.width * scale + 0.5));
  const height = Math.max(1, Math.floor(tall * scale + 0.5));
  const box = { left: (size - width) >> 1, top: (size - height) >> 1, width, height };
  return { columns, rows, crop, size, box };
}

/** The crop's pixels (`crop.width` x `crop.height`, 8 bits) in the square, zeros around: `size` x `size` float32 of 0-255. */
export function letterbox(data: Uint8Array, { crop, size, box }: Placement): Float32Array {
  const placed = resizeLanczos({ width: crop.width, height: crop.height, data }, box.width, box.height);
  const square = new Float32Array(size * size);
  for (let y = 0; y < box.height; y += 1)
    square.set(placed.data.subarray(y * box.width, (y + 1) * box.width), (box.top + y) * size + box.left);
  return square;
}

/** A map of the square (`size` x `size`) in the whole picture's own pixels (`columns` x `rows`), zeros outside the crop. */
export function letterboxBack(square: Float32Array, placement: Placement): Float32Array {
  const { columns, rows, crop, size, box } = placement;
  const part = cut({ width: size, height: size, data: square }, box);
  const scaled = resizeBilinear(part, crop.width, crop.height);
  if (crop.width === columns && crop.height === rows) return scaled.data;
  const map = new Float32Array(columns * rows);
  for (let y = 0; y < crop.height; y += 1)
    map.set(scaled.data.subarray(y * crop.width, (y + 1) * crop.width), (crop.top + y) * columns + crop.left);
  return map;
}

/** A part of a picture. */
export function cut<T extends Uint8Array | Float32Array>({ width, data }: Plane<T>, box: Box): Plane<T> {
  const length = box.width * box.height;
  const out = (data instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)) as T;
  for (let y = 0; y < box.height; y += 1) {
    const from = (box.top + y) * width + box.left;
    out.set(data.subarray(from, from + box.width), y * box.width);
  }
  return { width: box.width, height: box.height, data: out };
}
