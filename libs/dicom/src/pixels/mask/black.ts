import { unreadPixels } from '../../limits.js';
import type { Coding } from '../codecs/codec.types.js';
import type { PixelDescription } from '../frames/describe-pixels.js';
import { darkestOf, paletteOf } from '../render/palette.js';

/** Black as the samples of one pixel hold it, by photometric interpretation (PS3.3 C.7.6.3.1.2). Throws DICOM_PIXELS_UNSUPPORTED where none is known. */
export function blackOf(description: PixelDescription, photometric: string): readonly number[] {
  const { bitsStored, signed, samplesPerPixel, numbers } = description;
  const least = signed ? -(2 ** (bitsStored - 1)) : 0;
  const most = least + 2 ** bitsStored - 1;
  const middle = signed ? 0 : 2 ** (bitsStored - 1);
  if (samplesPerPixel === 1) {
    if (numbers !== 'integer') return [0];
    if (photometric === 'MONOCHROME2') return [least];
    if (photometric === 'MONOCHROME1') return [most];
    if (photometric === 'PALETTE COLOR') return [darkestOf(paletteOf(description.values, signed))];
  }
  if (samplesPerPixel === 3) {
    if (photometric === 'RGB') return [least, least, least];
    if (photometric.startsWith('YBR_FULL')) return [least, middle, middle];
    if (photometric.startsWith('YBR_PARTIAL')) return [least + 2 ** (bitsStored - 4), middle, middle];
  }
  throw unreadPixels('no black is known for this photometric interpretation');
}

/** One stored value as the bytes of a sample, little endian; what a codestream cannot hold is cut off. */
export function sampleBytes(value: number, description: PixelDescription, coding?: Coding): Buffer {
  const { bitsAllocated, highBit, bitsStored } = description;
  const bytes = Buffer.alloc(bitsAllocated / 8);
  // Black is zero in both.
  if (description.numbers !== 'integer') return bytes;
  let bits = BigInt(value) << BigInt(highBit + 1 - bitsStored);
  if (coding && !coding.signed) bits = BigInt.asUintN(coding.precision, bits);
  const whole = BigInt.asUintN(bitsAllocated, bits);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number((whole >> BigInt(8 * at)) & 0xffn);
  return bytes;
}
