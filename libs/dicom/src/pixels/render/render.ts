import { unreadPixels } from '../../limits.js';
import type { Raster } from '../frames/decode-frame.js';
import { paletteOf } from './palette.js';
import { shadesOf } from './shades.js';
import { storedValues } from './stored-values.js';

/** A picture: 8 bits a sample, row by row; grey has one channel, colour three (RGB). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Buffer;
}

export interface RenderOptions {
  /** `header`: the header's first window where it has one; `range`: from the least to the greatest value, so that nothing is hidden. Default `header`. */
  readonly window?: 'header' | 'range';
}

/** A frame in shades of grey, black being 0 (colours by their luminance). Throws DICOM_PIXELS_UNSUPPORTED for colours that are not known. */
export function toGrey8(raster: Raster, options: RenderOptions = {}): Picture {
  if (raster.samplesPerPixel === 1 && raster.photometric !== 'PALETTE COLOR') return grey(raster, options);
  const { width, height, data } = toRgb8(raster);
  const out = Buffer.allocUnsafe(width * height);
  for (let at = 0; at < out.length; at += 1) {
    const [red, green, blue] = [data[3 * at], data[3 * at + 1], data[3 * at + 2]] as [number, number, number];
    out[at] = (299 * red + 587 * green + 114 * blue + 500) / 1000;
  }
  return { width, height, channels: 1, data: out };
}

/** A frame in RGB. Throws like toGrey8. */
export function toRgb8(raster: Raster, options: RenderOptions = {}): Picture {
  const { columns: width, rows: height, samplesPerPixel, photometric } = raster;
  const data = Buffer.allocUnsafe(width * height * 3);
  if (photometric === 'PALETTE COLOR') paint(raster, data);
  else if (samplesPerPixel === 1) triple(grey(raster, options).data, data);
  else if (samplesPerPixel === 3) colour(raster, data);
  else throw unreadPixels('a picture of this photometric interpretation');
  return { width, height, channels: 3, data };
}

function grey(raster: Raster, options: RenderOptions): Picture {
  const data = shadesOf(raster, options.window === 'range');
  return { width: raster.columns, height: raster.rows, channels: 1, data };
}

function triple(shades: Buffer, out: Buffer): void {
  for (let at = 0; at < shades.length; at += 1) out.fill(shades[at] as number, 3 * at, 3 * at + 3);
}

function paint(raster: Raster, out: Buffer): void {
  const { first, count, red, green, blue } = paletteOf(raster.values, raster.signed);
  const stored = storedValues(raster);
  for (let at = 0; at < stored.length; at += 1) {
    const entry = Math.min(count - 1, Math.max(0, (stored[at] as number) - first));
    out[3 * at] = red[entry] as number;
    out[3 * at + 1] = green[entry] as number;
    out[3 * at + 2] = blue[entry] as number;
  }
}

/** RGB as it is; YBR by ITU-R BT.601, full or studio range (PS3.3 C.7.6.3.1.2). */
function colour(raster: Raster, out: Buffer): void {
  const { photometric, bitsStored } = raster;
  const stored = storedValues(raster);
  const scale = 255 / (2 ** bitsStored - 1);
  const at8 = (at: number) => (stored[at] as number) * scale;
  if (photometric === 'RGB') {
    for (let at = 0; at < out.length; at += 1) out[at] = Math.round(at8(at));
    return;
  }
  if (!/^YBR_(FULL|PARTIAL)/.test(photometric))
    throw unreadPixels('a picture of this photometric interpretation');
  const studio = photometric.startsWith('YBR_PARTIAL');
  const [lift, light, chroma] = studio ? [16, 255 / 219, 255 / 224] : [0, 1, 1];
  for (let at = 0; at < out.length; at += 3) {
    const y = (at8(at) - lift) * light;
    const cb = (at8(at + 1) - 128) * chroma;
    const cr = (at8(at + 2) - 128) * chroma;
    out[at] = clamped(y + 1.402 * cr);
    out[at + 1] = clamped(y - 0.344136 * cb - 0.714136 * cr);
    out[at + 2] = clamped(y + 1.772 * cb);
  }
}

function clamped(value: number): number {
  return value > 0 ? Math.min(255, Math.round(value)) : 0;
}
