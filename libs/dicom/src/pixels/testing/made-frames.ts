import type { Coding, FrameShape } from '../codecs/codec.types.js';

/** Samples of waves and a little noise over the whole range, little endian, colour by pixel; the same each time. */
export function madeFrame(shape: FrameShape, { precision, signed }: Coding, seed = 1): Buffer {
  const { rows, columns, samplesPerPixel, bitsAllocated } = shape;
  const width = bitsAllocated / 8;
  const out = Buffer.alloc(rows * columns * samplesPerPixel * width);
  const most = 2 ** precision - 1;
  const least = signed ? -(2 ** (precision - 1)) : 0;
  let state = seed;
  for (let at = 0; at < out.length / width; at += 1) {
    const pixel = Math.floor(at / samplesPerPixel);
    const [x, y] = [pixel % columns, Math.floor(pixel / columns)];
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const wave = (Math.sin(x / 9 + (at % samplesPerPixel)) + Math.cos(y / 7 + seed)) / 4 + 0.5;
    const value = Math.min(most, Math.floor(most * (wave * 0.97 + 0.03 * (state / 0x7fffffff)))) + least;
    if (width === 1) out.writeUInt8(value & 0xff, at);
    else if (width === 2) out.writeUInt16LE(value & 0xffff, at * 2);
    else out.writeUInt32LE(value >>> 0, at * 4);
  }
  return out;
}
