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

/** For each place of a line: the first place it is made of, and their weights. */
type Weights = readonly { readonly from: number; readonly weights: Float64Array }[];

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const LANCZOS3: Filter = { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) };
const TRIANGLE: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };
/** The trainer's pictures were resized by Pillow, in whole numbers of this many bits: the same are used here, so that a model sees what it learned. */
const FIXED = 2 ** 22;

/** An 8-bit picture in another size by a Lanczos filter that is widened for a smaller one; equal to Pillow's to the last bit. */
export function resizeLanczos(picture: Plane<Uint8Array>, width: number, height: number): Plane<Uint8Array> {
  const sum = (total: number) => Math.min(255, Math.max(0, Math.floor((total + FIXED / 2) / FIXED)));
  const fixed = (weight: number) => Math.trunc(weight * FIXED + (weight < 0 ? -0.5 : 0.5));
  const make = (length: number) => new Uint8Array(length);
  return resize(picture, { width, height, filter: LANCZOS3, fixed, sum, make });
}

/** A map of float32 in another size by straight lines; equal to Pillow's. */
export function resizeBilinear(map: Plane<Float32Array>, width: number, height: number): Plane<Float32Array> {
  const same = (value: number) => value;
  const make = (length: number) => new Float32Array(length);
  return resize(map, { width, height, filter: TRIANGLE, fixed: same, sum: same, make });
}

interface Target<T> {
  readonly width: number;
  readonly height: number;
  readonly filter: Filter;
  fixed(weight: number): number;
  sum(total: number): number;
  make(length: number): T;
}

/** Lines first, columns second. */
function resize<T extends Uint8Array | Float32Array>(plane: Plane<T>, target: Target<T>): Plane<T> {
  const across = plane.width === target.width ? plane : alongRows(plane, target.width, target);
  if (across.height === target.height) return across;
  const turned = transpose(across, target);
  return transpose(alongRows(turned, target.height, target), target);
}

function alongRows<T extends Uint8Array | Float32Array>(
  { width, height, data }: Plane<T>,
  toWidth: number,
  target: Target<T>,
): Plane<T> {
  const places = weightsOf(width, toWidth, target);
  const out = target.make(toWidth * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < toWidth; x += 1) {
      const { from, weights } = places[x] as Weights[number];
      let total = 0;
      for (let at = 0; at < weights.length; at += 1)
        total += (data[y * width + from + at] as number) * (weights[at] as number);
      out[y * toWidth + x] = target.sum(total);
    }
  return { width: toWidth, height, data: out };
}

function weightsOf(width: number, toWidth: number, target: Target<unknown>): Weights {
  const scale = width / toWidth;
  const wide = Math.max(1, scale);
  const support = target.filter.support * wide;
  return Array.from({ length: toWidth }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const to = Math.min(width, Math.trunc(centre + support + 0.5));
    const raw = Float64Array.from({ length: to - from }, (_unused, at) =>
      target.filter.weight((at + from - centre + 0.5) / wide),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { from, weights: raw.map((weight) => target.fixed(weight / total)) };
  });
}

function transpose<T extends Uint8Array | Float32Array>(
  { width, height, data }: Plane<T>,
  target: Target<T>,
): Plane<T> {
  const out = target.make(data.length);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) out[x * height + y] = data[y * width + x] as number;
  return { width: height, height: width, data: out };
}
