import { PIXEL_TAGS, textOf } from '../frames/describe-pixels.js';
import type { Raster } from '../frames/decode-frame.js';
import { storedValues } from './stored-values.js';

/** From black to white, in values after the modality's rescale. */
interface Range {
  readonly low: number;
  readonly high: number;
}

/** Samples of no more bits go through a table of all that they can be: one step a pixel, and no numbers beside the picture. */
const MOST_BITS = 16;

/** A shade for each sample of a grey raster: modality rescale, then the window (PS3.3 C.11.1, C.11.2.1.2.1), dark to light. */
export function shadesOf(raster: Raster, wholeRange: boolean): Buffer {
  const { rows, columns, bitsAllocated, numbers } = raster;
  const out = Buffer.allocUnsafe(rows * columns);
  const window = wholeRange ? undefined : windowOf(raster.values);
  if (numbers !== 'integer' || bitsAllocated > MOST_BITS || 2 ** bitsAllocated > out.length) {
    const stored = storedValues(raster);
    const shade = shader(raster, window ?? rangeOf(stored, raster));
    for (let at = 0; at < out.length; at += 1) out[at] = shade(stored[at] as number);
    return out;
  }
  const codes = codesOf(raster);
  const stored = storedValues({ ...raster, bytes: everyCode(bitsAllocated) });
  const shade = shader(raster, window ?? rangeOf(occurring(stored, codes), raster));
  const shades = Uint8Array.from(stored, shade);
  for (let at = 0; at < out.length; at += 1) out[at] = shades[codes[at] as number] as number;
  return out;
}

/** Whether the header gives a window, so that some values may be shown alike. */
export function hasWindow({ values }: Pick<Raster, 'values'>): boolean {
  return windowOf(values) !== undefined;
}

function shader({ values, photometric }: Raster, { low, high }: Range): (stored: number) => number {
  const { slope, intercept } = rescaleOf(values);
  const scale = high > low ? 255 / (high - low) : 0;
  const inverted = photometric === 'MONOCHROME1';
  return (stored) => {
    const value = (stored * slope + intercept - low) * scale;
    const shade = value > 0 ? Math.min(255, Math.round(value)) : 0;
    return inverted ? 255 - shade : shade;
  };
}

function windowOf(values: Raster['values']): Range | undefined {
  const centre = numberOf(values, PIXEL_TAGS.windowCenter);
  const width = numberOf(values, PIXEL_TAGS.windowWidth);
  if (centre === undefined || width === undefined || width < 1) return undefined;
  const half = (width - 1) / 2;
  return { low: centre - 0.5 - half, high: centre - 0.5 + half };
}

function rangeOf(stored: ArrayLike<number>, { values }: Raster): Range {
  const { slope, intercept } = rescaleOf(values);
  let least = Infinity;
  let most = -Infinity;
  for (let at = 0; at < stored.length; at += 1) {
    const value = stored[at] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const ends = [least * slope + intercept, most * slope + intercept];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

function rescaleOf(values: Raster['values']): { slope: number; intercept: number } {
  return {
    slope: numberOf(values, PIXEL_TAGS.rescaleSlope) || 1,
    intercept: numberOf(values, PIXEL_TAGS.rescaleIntercept) ?? 0,
  };
}

function numberOf(values: Raster['values'], tag: number): number | undefined {
  const text = textOf(values, tag);
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? undefined : number;
}

/** Samples as they are encoded, as numbers without sign. */
function codesOf({ bytes, bitsAllocated }: Raster): Uint8Array | Uint16Array {
  if (bitsAllocated === 8) return bytes;
  // An odd address can be read only byte by byte.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, bytes.length >> 1);
}

/** Every code that a sample can be, little endian. */
function everyCode(bitsAllocated: number): Buffer {
  const codes = Array.from({ length: 2 ** bitsAllocated }, (_, code) => code);
  return bitsAllocated === 8 ? Buffer.from(codes) : Buffer.from(Uint16Array.from(codes).buffer);
}

/** Of all values those that samples have. */
function occurring(stored: ArrayLike<number>, codes: Uint8Array | Uint16Array): number[] {
  const occurs = new Uint8Array(stored.length);
  for (let at = 0; at < codes.length; at += 1) occurs[codes[at] as number] = 1;
  return Array.from(occurs.keys())
    .filter((code) => occurs[code] === 1)
    .map((code) => stored[code] as number);
}
