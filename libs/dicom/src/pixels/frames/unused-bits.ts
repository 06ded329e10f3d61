import type { PixelDescription } from './describe-pixels.js';

/** What tells used bits of a sample from others. */
type Bits = Pick<PixelDescription, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'signed' | 'numbers'>;

/** True where bits of a sample that hold no value are set, as overlays in pixels were (PS3.5 8.1.2, retired); a sign that goes on is none. */
export function hasUnusedBits(bytes: Buffer, bits: Bits): boolean {
  const masks = masksOf(bits);
  if (!masks) return false;
  const { width, used, sign, above } = masks;
  for (let at = 0; at + width <= bytes.length; at += width)
    if (isForeign(bytes.readUIntLE(at, width), { used, sign, above })) return true;
  return false;
}

/** Clears them in place; samples of which only the sign goes on stay as they are. */
export function clearUnusedBits(bytes: Buffer, bits: Bits): void {
  const masks = masksOf(bits);
  if (!masks) return;
  const { width, used, sign, above } = masks;
  for (let at = 0; at + width <= bytes.length; at += width) {
    const sample = bytes.readUIntLE(at, width);
    if (isForeign(sample, { used, sign, above })) bytes.writeUIntLE((sample & used) >>> 0, at, width);
  }
}

/** `used` are the bits of the value, `sign` its highest one where it is signed, `above` those above it. */
function masksOf({ bitsAllocated, bitsStored, highBit, signed, numbers }: Bits) {
  if (numbers !== 'integer' || bitsAllocated === bitsStored || bitsAllocated > 32 || bitsAllocated < 8)
    return undefined;
  const used = ((2 ** bitsStored - 1) * 2 ** (highBit + 1 - bitsStored)) >>> 0;
  const above = (2 ** bitsAllocated - 2 ** (highBit + 1)) >>> 0;
  return { width: bitsAllocated / 8, used, sign: signed ? 2 ** highBit : 0, above };
}

function isForeign(sample: number, masks: { used: number; sign: number; above: number }): boolean {
  const unused = (sample & ~masks.used) >>> 0;
  if (unused === 0) return false;
  return (sample & masks.sign) === 0 || unused !== masks.above;
}
