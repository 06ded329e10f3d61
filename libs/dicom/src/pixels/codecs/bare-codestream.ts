import { inflateRawSync } from 'node:zlib';
import { shapeOf } from '../frames/decode-frame.js';
import type { EncodedFrame } from '../frames/frame.types.js';
import { type Codec, frameBytesOf, type FrameShape } from './codec.types.js';
import { isBareRle } from './rle.js';

const SOS = 0xffda;
const EOI = 0xffd9;
const SOT = 0xff90;
const SOD = 0xff93;
const J2K_COMMENT = 0xff64;
/** A JFIF segment without a thumbnail, SPIFF's header and end or the colour transform of JPEG-LS, Adobe's: how they begin, and how long they are. */
const PLAIN_APPS: Readonly<Record<number, { readonly begins: RegExp; readonly bytes: number }>> = {
  0xffe0: { begins: /^JFIF\0/, bytes: 16 },
  0xffe8: { begins: /^(?:SPIFF\0|\0\0\0\x01\xff\xd8$|mrfx)/, bytes: 32 },
  0xffee: { begins: /^Adobe/, bytes: 14 },
};
/** Frame headers, tables, scans, restarts, lines and JPEG-LS parameters: what has a meaning for an image (ISO/IEC 10918-1 B.1, 14495-1 C.1). */
const JPEG_MARKERS = new Set([
  ...Array.from({ length: 16 }, (_, at) => 0xffc0 + at).filter((marker) => marker !== 0xffc8),
  ...[0xffda, 0xffdb, 0xffdc, 0xffdd, 0xfff7, 0xfff8],
]);
/** The same of JPEG 2000 (ISO/IEC 15444-1 A.2, 15444-15 A): SIZ to CRG, CAP and CPF, tile-parts. */
const J2K_MARKERS = new Set(
  [
    0x50, 0x51, 0x52, 0x53, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x61, 0x63, 0x64,
    0x90,
  ].map((low) => 0xff00 + low),
);
/** What encoders sign with: a name of theirs and a version. */
const SIGNATURE = /^.{2}(?:Created by OpenJPEG version|Kakadu-|OpenJPH Ver)[ v]{0,2}\d[\d.]{0,20}[ \0]?$/s;

/**
 * Whether a codestream is nothing but an image. False where it has comments, application segments (Exif, its thumbnail, its place on
 * earth), segments without a meaning, boxes, or bytes after its end: no decoder shows those, so nobody judges them.
 */
export function isBare(codec: Codec, bytes: Buffer, shape: FrameShape): boolean {
  if (codec === 'jpeg' || codec === 'jpeg-ls') return isBareJpeg(bytes);
  if (codec === 'rle') return isBareRle(bytes, shape);
  if (codec === 'deflate') return isBareDeflate(bytes, shape);
  return codec === 'jpeg-2000' || codec === 'htj2k' ? isBareJ2k(bytes) : true;
}

/** isBare for the codestream of a frame as it is read. */
export function isBareCodestream({ description, bytes }: EncodedFrame): boolean {
  if (description.syntax.codec === 'plain') return true;
  return isBare(description.syntax.codec, bytes, shapeOf(description));
}

/** Nothing stands with a frame that no decoder shows: its codestream is bare, and the offset table before it is one. */
export function isBareFrame(frame: EncodedFrame): boolean {
  return frame.strayTable !== true && isBareCodestream(frame);
}

/** One deflated stream as long as the frame, and padding. */
function isBareDeflate(bytes: Buffer, shape: FrameShape): boolean {
  try {
    const { buffer, engine } = inflateRawSync(bytes, {
      info: true,
      maxOutputLength: frameBytesOf(shape) + 1,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const rest = bytes.subarray(engine.bytesWritten);
    return buffer.length === frameBytesOf(shape) && rest.every((byte) => byte === 0);
  } catch {
    // Who decodes it says what is wrong with it.
    return false;
  }
}

function isBareJpeg(bytes: Buffer): boolean {
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes.readUInt16BE(at);
    if (marker === EOI) break;
    const length = bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || !(JPEG_MARKERS.has(marker) || isPlainApp(marker, segment))) return false;
    at += 2 + length;
    if (marker === SOS) at = scanEnd(bytes, at);
  }
  return endsAt(bytes, at);
}

function isPlainApp(marker: number, segment: Buffer): boolean {
  const plain = PLAIN_APPS[marker];
  return (
    plain !== undefined &&
    segment.length + 2 <= plain.bytes &&
    plain.begins.test(segment.toString('latin1', 0, plain.bytes))
  );
}

/** Where the next marker stands that is no restart; in a scan FF is followed by a byte below 80. */
function scanEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next >= 0x80 && next < 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

function isBareJ2k(bytes: Buffer): boolean {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xff4f) return false;
  let at = 2;
  let tileEnd = 0;
  while (at + 4 <= bytes.length) {
    const marker = bytes.readUInt16BE(at);
    if (marker === EOI) break;
    if (marker === SOD) {
      at = tileEnd;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (!J2K_MARKERS.has(marker) || length < 2) return false;
    if (marker === J2K_COMMENT && !SIGNATURE.test(bytes.toString('latin1', at + 4, at + 2 + length)))
      return false;
    if (marker === SOT && at + 10 <= bytes.length) {
      tileEnd = at + bytes.readUInt32BE(at + 6);
      if (tileEnd <= at + 12) return false;
    }
    at += 2 + length;
  }
  return endsAt(bytes, at);
}

/** The end marker stands there, and padding follows. */
function endsAt(bytes: Buffer, at: number): boolean {
  return (
    at + 2 <= bytes.length &&
    bytes.readUInt16BE(at) === EOI &&
    bytes.subarray(at + 2).every((byte) => byte === 0)
  );
}
