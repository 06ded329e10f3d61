/** A picture of numbers, row by row. */
export interface Plane<T extends Uint8Array | Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

/** What the places of a line are made of: place `at` of `counts[at]` pixels from `froms[at]` on, its weights from `at * most` on. */
interface Weights {
  readonly most: number;
  readonly froms: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const LANCZOS3: Filter = { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) };
const TRIANGLE: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };
/** The trainer's pictures were resized by Pillow, in whole numbers of this many bits: the same are used here, so that a model sees what it learned. */
const FIXED = 2 ** 22;

/** An 8-bit picture in another size, as whole numbers of 0-255, by a Lanczos filter that is widened for a smaller one; equal to Pillow's to the last bit. */
export function resizeLanczos(
  picture: Plane<Uint8Array>,
  width: number,
  height: number,
): Plane<Float32Array> {
  const target = { width, height, filter: LANCZOS3, whole: true };
  return downColumns(alongLines(picture, target), target);
}

/** A map of float32 in another size by straight lines; equal to Pillow's. */
export function resizeBilinear(map: Plane<Float32Array>, width: number, height: number): Plane<Float32Array> {
  const target = { width, height, filter: TRIANGLE, whole: false };
  return downColumns(alongLines(map, target), target);
}

interface Target {
  readonly width: number;
  readonly height: number;
  readonly filter: Filter;
  /** In whole numbers of a byte, as Pillow does with pictures of bytes. */
  readonly whole: boolean;
}

/** Line by line, each as float64 first: a loop that sees one kind of array only is several times faster. */
function alongLines(
  { width, height, data }: Plane<Uint8Array | Float32Array>,
  target: Target,
): Plane<Float32Array> {
  if (width === target.width) return { width, height, data: new Float32Array(data) };
  const { most, froms, counts, weights } = weightsOf(width, target.width, target);
  const out = new Float32Array(target.width * height);
  const line = new Float64Array(width);
  const sums = new Float64Array(target.width);
  for (let y = 0; y < height; y += 1) {
    line.set(data.subarray(y * width, (y + 1) * width));
    for (let x = 0; x < sums.length; x += 1) {
      const from = froms[x]!;
      const first = x * most;
      let total = 0;
      for (let at = 0; at < counts[x]!; at += 1) total += line[from + at]! * weights[first + at]!;
      sums[x] = total;
    }
    out.set(target.whole ? bytesOf(sums) : sums, y * sums.length);
  }
  return { width: target.width, height, data: out };
}

/** Whole lines are added up to one of the new picture. */
function downColumns({ width, height, data }: Plane<Float32Array>, target: Target): Plane<Float32Array> {
  if (height === target.height) return { width, height, data };
  const { most, froms, counts, weights } = weightsOf(height, target.height, target);
  const out = new Float32Array(width * target.height);
  const sums = new Float64Array(width);
  for (let y = 0; y < target.height; y += 1) {
    sums.fill(0);
    for (let at = 0; at < counts[y]!; at += 1) {
      const from = (froms[y]! + at) * width;
      const weight = weights[y * most + at]!;
      for (let x = 0; x < width; x += 1) sums[x]! += data[from + x]! * weight;
    }
    out.set(target.whole ? bytesOf(sums) : sums, y * width);
  }
  return { width, height: target.height, data: out };
}

/** Rounds sums of whole weights to bytes, in place. */
function bytesOf(sums: Float64Array): Float64Array {
  for (let at = 0; at < sums.length; at += 1)
    sums[at] = Math.min(255, Math.max(0, Math.floor((sums[at]! + FIXED / 2) / FIXED)));
  return sums;
}

function weightsOf(width: number, toWidth: number, { filter, whole }: Target): Weights {
  const scale = width / toWidth;
  const wide = Math.max(1, scale);
  const support = filter.support * wide;
  const most = Math.ceil(2 * support) + 1;
  const [froms, counts] = [new Int32Array(toWidth), new Int32Array(toWidth)];
  const weights = new Float64Array(toWidth * most);
  for (let place = 0; place < toWidth; place += 1) {
    const centre = (place + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const to = Math.min(width, Math.trunc(centre + support + 0.5));
    froms[place] = from;
    counts[place] = to - from;
    let total = 0;
    for (let at = from; at < to; at += 1) {
      const weight = filter.weight((at - centre + 0.5) / wide);
      weights[place * most + at - from] = weight;
      total += weight;
    }
    for (let at = place * most; at < place * most + to - from; at += 1)
      weights[at] = whole ? fixed(weights[at]! / total) : weights[at]! / total;
  }
  return { most, froms, counts, weights };
}

const fixed = (weight: number): number => Math.trunc(weight * FIXED + (weight < 0 ? -0.5 : 0.5));
