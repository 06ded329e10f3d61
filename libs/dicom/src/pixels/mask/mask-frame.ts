import { isBareCodestream } from '../codecs/bare-codestream.js';
import type { Codecs } from '../codecs/codec-pool.js';
import type { CodedFrame } from '../codecs/codec.types.js';
import { decodeCoded, photometricOf, shapeOf } from '../frames/decode-frame.js';
import { hasHalfChroma, type PixelDescription } from '../frames/describe-pixels.js';
import type { EncodedFrame } from '../frames/frame.types.js';
import { clearUnusedBits } from '../frames/unused-bits.js';
import { blackOf, sampleBytes } from './black.js';
import { fillBits, fillRectangles, type Rectangle } from './fill-rectangles.js';
import type { MaskedSyntax } from './masked-syntax.js';

/** A frame as it is written, and the photometric interpretation that the object must name for it; undefined: as it was. */
export interface MaskedFrame {
  readonly bytes: Uint8Array;
  readonly photometric: string | undefined;
}

/** What to do to one frame. */
interface FrameMask {
  readonly codecs: Codecs;
  readonly rectangles: readonly Rectangle[];
  /** Bits that hold no value become those of none. */
  readonly clearUnused: boolean;
}

const RPCL = '1.2.840.10008.1.2.4.202';

/** Masks one frame and brings it into the target syntax. Throws like decodeFrame. */
export async function maskFrame(
  frame: EncodedFrame,
  target: MaskedSyntax,
  options: FrameMask,
): Promise<MaskedFrame> {
  const { description } = frame;
  const { codecs, rectangles, clearUnused } = options;
  const kept = rectangles.length === 0 && !clearUnused && target.same && isBareCodestream(frame);
  if (kept) return { bytes: frame.bytes, photometric: undefined };
  if (description.syntax.codec === 'plain') {
    if (clearUnused) clearUnusedBits(frame.bytes, description);
    return { bytes: maskPlain(frame, rectangles), photometric: undefined };
  }
  const decoded = await decodeCoded(frame, codecs);
  if (clearUnused) clearUnusedBits(asBuffer(decoded.bytes), description);
  maskCoded(description, decoded, rectangles);
  return encodeMasked(description, target, { codecs, frame: decoded });
}

function maskPlain({ description, bytes }: EncodedFrame, rectangles: readonly Rectangle[]): Buffer {
  const { rows, columns, planar, bitsAllocated, photometric } = description;
  const black = blackOf(description, photometric);
  if (bitsAllocated === 1) {
    fillBits(bytes, { rows, columns, black: black[0] === 0 ? 0 : 1 }, rectangles);
    return bytes;
  }
  const samples = black.map((value) => sampleBytes(value, description));
  const [y, cb, cr] = samples as [Buffer, Buffer, Buffer];
  if (hasHalfChroma(description))
    fillRectangles(bytes, { rows, columns, spans: 2, black: [Buffer.concat([y, y, cb, cr])] }, rectangles);
  else {
    const cells = planar ? samples : [Buffer.concat(samples)];
    fillRectangles(bytes, { rows, columns, spans: 1, black: cells }, rectangles);
  }
  return bytes;
}

function maskCoded(
  description: PixelDescription,
  { bytes, colour, coding }: CodedFrame,
  rectangles: readonly Rectangle[],
): void {
  const { rows, columns, bitsAllocated } = description;
  const black = blackOf(description, photometricOf(description, colour));
  const pixels = asBuffer(bytes);
  if (bitsAllocated === 1)
    return fillBits(pixels, { rows, columns, black: black[0] === 0 ? 0 : 1 }, rectangles);
  const cell = Buffer.concat(black.map((value) => sampleBytes(value, description, coding)));
  fillRectangles(pixels, { rows, columns, spans: 1, black: [cell] }, rectangles);
}

async function encodeMasked(
  description: PixelDescription,
  target: MaskedSyntax,
  work: { readonly codecs: Codecs; readonly frame: CodedFrame },
): Promise<MaskedFrame> {
  const { photometric } = description;
  const wavelets = target.codec === 'jpeg-2000' || target.codec === 'htj2k';
  const colour = work.frame.colour;
  const wasMoved = photometric === 'YBR_RCT' || photometric === 'YBR_ICT';
  const transformColour = wavelets && colour === 'RGB' && (wasMoved || !target.same);
  const bytes = await work.codecs.encode({
    codec: target.codec,
    shape: { ...shapeOf(description), ybr: colour === 'YBR_FULL' },
    frame: work.frame,
    transformColour,
    byResolution: target.uid === RPCL,
  });
  if (target.same) return { bytes, photometric: undefined };
  return { bytes, photometric: transformColour ? 'YBR_RCT' : photometricOf(description, colour) };
}

function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
