import type { Raster } from '../frames/decode-frame.js';

/** Stored values as numbers, one per sample: bits above the high bit and below the stored ones cut off, signs extended (PS3.5 8.1.1). */
export function storedValues(raster: Raster): Float64Array | Int32Array | Uint32Array {
  const { bytes, numbers, bitsAllocated, bitsStored, highBit, signed } = raster;
  if (numbers !== 'integer') return floats(bytes, numbers);
  if (bitsAllocated === 64) return longs(raster);
  const count = bytes.length / (bitsAllocated / 8);
  const out = signed ? new Int32Array(count) : new Uint32Array(count);
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  const read = readerOf(bytes, bitsAllocated);
  for (let at = 0; at < count; at += 1) {
    const moved = read(at) << left;
    out[at] = signed ? moved >> right : moved >>> right;
  }
  return out;
}

function readerOf(bytes: Buffer, bitsAllocated: number): (at: number) => number {
  if (bitsAllocated === 8) return (at) => bytes[at] as number;
  if (bitsAllocated === 16) return (at) => (bytes[2 * at] as number) | ((bytes[2 * at + 1] as number) << 8);
  return (at) => bytes.readInt32LE(4 * at);
}

function floats(bytes: Buffer, numbers: 'float' | 'double'): Float64Array {
  const width = numbers === 'float' ? 4 : 8;
  const read = (at: number) => (width === 4 ? bytes.readFloatLE(at) : bytes.readDoubleLE(at));
  return Float64Array.from({ length: bytes.length / width }, (_, at) => read(at * width));
}

function longs({ bytes, signed }: Raster): Float64Array {
  const read = (at: number) => Number(signed ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at));
  return Float64Array.from({ length: bytes.length / 8 }, (_, at) => read(at * 8));
}
