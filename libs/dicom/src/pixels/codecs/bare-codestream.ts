import type { EncodedFrame } from '../frames/frame.types.js';
import type { Codec } from './codec.types.js';

const SOS = 0xffda;
const EOI = 0xffd9;
const COMMENT = 0xfffe;
const SOT = 0xff90;
const SOD = 0xff93;
const J2K_COMMENT = 0xff64;
/** A JFIF segment without a thumbnail; Adobe's and the JPEG-LS colour transform's are as short. */
const PLAIN_APP_BYTES: Readonly<Record<number, number>> = { 0xffe0: 16, 0xffe8: 32, 0xffee: 14 };
/** What encoders sign with. */
const SIGNATURE = /^.{2}(Created by OpenJPEG version|Kakadu-|OpenJPH Ver)[\w. -]{0,40}$/s;

/**
 * Whether a codestream is nothing but an image. False where it has comments, application segments (Exif, its thumbnail, its place on
 * earth), boxes, or bytes after its end: no decoder shows those, so nobody judges them. JPEG and J2K; others are not looked into.
 */
export function isBare(codec: Codec, bytes: Buffer): boolean {
  if (codec === 'jpeg' || codec === 'jpeg-ls') return isBareJpeg(bytes);
  return codec === 'jpeg-2000' || codec === 'htj2k' ? isBareJ2k(bytes) : true;
}

/** isBare for a frame as it is read. */
export function isBareFrame({ description, bytes }: EncodedFrame): boolean {
  return isBare(description.syntax.codec, bytes);
}

function isBareJpeg(bytes: Buffer): boolean {
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes.readUInt16BE(at);
    if (marker === EOI) break;
    const length = bytes.readUInt16BE(at + 2);
    const foreign = marker === COMMENT || (marker >= 0xffe0 && marker <= 0xffef);
    if (marker < 0xff80 || length < 2 || (foreign && length > (PLAIN_APP_BYTES[marker] ?? 0))) return false;
    at += 2 + length;
    if (marker === SOS) at = scanEnd(bytes, at);
  }
  return endsAt(bytes, at);
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
    if (marker < 0xff4f || length < 2) return false;
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
