import { seededRandom } from './random.js';

/** An ellipse in a picture, in pixels; `turned` clockwise, in radians. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly longHalf: number;
  readonly shortHalf: number;
  readonly turned: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture like an ultrasound one: layered tissue that darkens with depth, speckle, and one dark lesion with sound behind it.
 * One byte a pixel, row by row.
 */
export function ultrasoundPixels(size: Size, seed: number): { pixels: Uint8Array; lesion: Ellipse } {
  const { width, height } = size;
  const random = seededRandom(seed);
  const lesion = {
    x: width * (0.4 + 0.2 * random()),
    y: height * (0.35 + 0.15 * random()),
    longHalf: width * (0.13 + 0.06 * random()),
    shortHalf: width * (0.075 + 0.025 * random()),
    turned: (random() - 0.5) * 0.5,
  };
  const speckle = speckleOf(size, random);
  const fat = unitNoise(size, random, 20);
  const dark = blurred(insideOf(lesion, size), size, 3);
  const pixels = Uint8Array.from(dark, (share, at) => {
    const [column, row] = [at % width, Math.floor(at / width)];
    const bright = tissue(column, row, height) + 14 * fat[at]! + soundBehind(lesion, column, row);
    const grey = bright * (1 - share) + LESION_GREY * share;
    return Math.min(255, Math.max(1, grey + 20 * speckle[at]! * (0.25 + grey / 150)));
  });
  return { pixels, lesion };
}

const LESION_GREY = 26;

/** Skin, then layers that fade, then a slope. */
function tissue(column: number, row: number, height: number): number {
  const skin = row < 18 ? 70 : 0;
  const layers = 18 * Math.sin(row / 16 + column / 90) * (row < 110 ? 1 : 0.4);
  return 105 + skin + layers - (35 * row) / height;
}

/** Fluid and soft masses let more sound through than tissue does. */
function soundBehind({ x, y, longHalf }: Ellipse, column: number, row: number): number {
  return row > y && Math.abs(column + 0.5 - x) < longHalf * 0.8 ? 18 : 0;
}

/** Logarithm of the length of a complex Gaussian: what is left after a scanner's compression. */
function speckleOf(size: Size, random: () => number): Float64Array {
  const [real, imaginary] = [unitNoise(size, random, 3), unitNoise(size, random, 3)];
  return real.map((value, at) => Math.log(Math.hypot(value, imaginary[at]!) / Math.sqrt(2) + 0.05));
}

/** Blurred Gaussian noise of standard deviation 1. */
function unitNoise(size: Size, random: () => number, reach: number): Float64Array {
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const noise = blurred(Float64Array.from({ length: size.width * size.height }, gauss), size, reach);
  const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  return noise.map((value) => value / deviation);
}

/** 1 where a pixel's middle lies in the ellipse. */
function insideOf({ x, y, longHalf, shortHalf, turned }: Ellipse, { width, height }: Size): Float64Array {
  const [cosine, sine] = [Math.cos(turned), Math.sin(turned)];
  return Float64Array.from({ length: width * height }, (_, at) => {
    const [dx, dy] = [(at % width) + 0.5 - x, Math.floor(at / width) + 0.5 - y];
    const along = (dx * cosine + dy * sine) / longHalf;
    const across = (dy * cosine - dx * sine) / shortHalf;
    return along ** 2 + across ** 2 <= 1 ? 1 : 0;
  });
}

/** By a Gaussian of standard deviation `reach / 2`, along rows and then columns; the border is repeated. */
function blurred(values: Float64Array, size: Size, reach: number): Float64Array {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-2 * ((at - reach) / reach) ** 2),
  );
  const across = smeared(values, { count: size.width, step: 1, reach, weights });
  return smeared(across, { count: size.height, step: size.width, reach, weights });
}

interface Line {
  /** Pixels in a line, and from one to the next. */
  readonly count: number;
  readonly step: number;
  readonly reach: number;
  readonly weights: readonly number[];
}

function smeared(values: Float64Array, { count, step, reach, weights }: Line): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.map((_, at) => {
    const place = Math.floor(at / step) % count;
    const start = at - place * step;
    const sum = weights.reduce((before, weight, offset) => {
      const from = Math.min(count - 1, Math.max(0, place + offset - reach));
      return before + weight * values[start + from * step]!;
    }, 0);
    return sum / total;
  });
}
