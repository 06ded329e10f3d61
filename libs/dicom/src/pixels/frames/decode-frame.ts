import type { Codecs } from '../codecs/codec-pool.js';
import type { CodedFrame, FrameShape } from '../codecs/codec.types.js';
import { unreadPixels } from '../../limits.js';
import { hasHalfChroma, type PixelDescription } from './describe-pixels.js';
import type { EncodedFrame } from './frame.types.js';

/**
 * The samples of one frame: little endian, row by row, colour by pixel, `bitsAllocated / 8` bytes each (single bits as bytes 0 and 1).
 * Chroma has full size. Values stand as stored: high bits, sign and palette are for who reads them (PS3.5 8.1.1).
 */
export interface Raster {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** 8, 16, 32 or 64. */
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly numbers: PixelDescription['numbers'];
  /** Of the samples here: YBR_RCT and YBR_ICT have become RGB, YBR_FULL_422 YBR_FULL. */
  readonly photometric: string;
  readonly bytes: Buffer;
  /** Rescale, window and palette of the header, for a picture. */
  readonly values: PixelDescription['values'];
}

/**
 * Decodes one frame; `again`: with other code than the first codec, where there is some (codecs/decode-again.ts).
 * Throws DICOM_PIXELS_UNSUPPORTED, DICOM_PIXELS_MALFORMED, DICOM_CODEC_FAILED.
 */
export async function decodeFrame(
  frame: EncodedFrame,
  codecs: Codecs,
  { again = false } = {},
): Promise<Raster> {
  const { description } = frame;
  if (description.syntax.codec === 'plain') return rasterOf(description, plainSamples(frame));
  const { bytes, colour } = await decodeCoded(frame, codecs, again);
  return rasterOf(description, { bytes: asBuffer(bytes), photometric: photometricOf(description, colour) });
}

/** Decodes a frame of a codec, as the codec holds it. Throws like decodeFrame. */
export function decodeCoded(
  { description, bytes }: EncodedFrame,
  codecs: Codecs,
  again = false,
): Promise<CodedFrame> {
  const { codec } = description.syntax;
  // A copy: what goes to a worker is gone from here, and may be a part of something else.
  return codecs.decode({ codec, again, shape: shapeOf(description), bytes: new Uint8Array(bytes) });
}

/** What a codec needs to know of each frame. */
export function shapeOf(description: PixelDescription): FrameShape {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometric, numbers } = description;
  if (numbers !== 'integer' || bitsAllocated > 32)
    throw unreadPixels('compressed samples of floating point or 64 bits');
  return { rows, columns, samplesPerPixel, bitsAllocated, ybr: /^YBR_(FULL|PARTIAL)/.test(photometric) };
}

/** The photometric interpretation of decoded samples. */
export function photometricOf({ photometric }: PixelDescription, colour: CodedFrame['colour']): string {
  if (colour === 'GREY') return photometric;
  if (colour === 'RGB') return 'RGB';
  return photometric.startsWith('YBR_PARTIAL') ? photometric.replace(/_4\d\d$/, '') : 'YBR_FULL';
}

interface Samples {
  readonly bytes: Buffer;
  readonly photometric: string;
}

function rasterOf(description: PixelDescription, { bytes, photometric }: Samples): Raster {
  const { rows, columns, samplesPerPixel, bitsStored, highBit, signed, numbers } = description;
  const single = description.bitsAllocated === 1;
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated: single ? 8 : description.bitsAllocated,
    bitsStored,
    highBit,
    signed,
    numbers,
    photometric,
    values: description.values,
    bytes: single ? spreadBits(bytes, rows * columns * samplesPerPixel) : bytes,
  };
}

function plainSamples({ description, bytes }: EncodedFrame): Samples {
  const { photometric, planar } = description;
  if (hasHalfChroma(description))
    return { bytes: fullChroma(description, bytes), photometric: photometric.replace(/_422$/, '') };
  return { bytes: planar ? byPixel(description, bytes) : bytes, photometric };
}

/** Y Y Cb Cr for two pixels becomes Y Cb Cr for each (PS3.3 C.7.6.3.1.2). */
function fullChroma({ rows, columns, bitsAllocated }: PixelDescription, bytes: Buffer): Buffer {
  const width = bitsAllocated / 8;
  const out = Buffer.allocUnsafe(rows * columns * 3 * width);
  for (let pair = 0; pair < (rows * columns) / 2; pair += 1) {
    const from = pair * 4 * width;
    const to = pair * 6 * width;
    for (const pixel of [0, 1]) {
      bytes.copy(out, to + pixel * 3 * width, from + pixel * width, from + (pixel + 1) * width);
      bytes.copy(out, to + (pixel * 3 + 1) * width, from + 2 * width, from + 4 * width);
    }
  }
  return out;
}

function byPixel({ samplesPerPixel, bitsAllocated }: PixelDescription, bytes: Buffer): Buffer {
  const width = Math.max(1, bitsAllocated / 8);
  const out = Buffer.allocUnsafe(bytes.length);
  const planeBytes = bytes.length / samplesPerPixel;
  for (let sample = 0; sample < samplesPerPixel; sample += 1)
    for (let at = 0; at < planeBytes; at += 1) {
      const pixel = Math.floor(at / width);
      out[(pixel * samplesPerPixel + sample) * width + (at % width)] = bytes[
        sample * planeBytes + at
      ] as number;
    }
  return out;
}

function spreadBits(bytes: Buffer, count: number): Buffer {
  const out = Buffer.allocUnsafe(count);
  for (let at = 0; at < count; at += 1) out[at] = ((bytes[at >>> 3] as number) >>> (at & 7)) & 1;
  return out;
}

function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
