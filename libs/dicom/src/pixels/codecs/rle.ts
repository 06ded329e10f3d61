import { broken, frameBytesOf, type FrameShape } from './codec.types.js';
import { release } from './release.js';

const HEADER_BYTES = 64;
const MAX_SEGMENTS = 15;
const LONGEST = 128;
/** A run shorter than this costs more than it saves inside a literal. */
const SHORTEST_RUN = 3;

interface Stride {
  readonly offset: number;
  readonly step: number;
}

/** How a frame is cut into byte planes (PS3.5 G.2): one per sample and byte, most significant first. */
interface Planes {
  readonly count: number;
  readonly length: number;
  /** The little endian bytes that a plane holds: from where on, and every how many. */
  strided(index: number): Stride;
  /** Rows are coded apart (PS3.5 G.3.1). */
  readonly rowLength: number;
}

function planesOf(shape: FrameShape): Planes {
  const { rows, columns, samplesPerPixel, bitsAllocated } = shape;
  if (bitsAllocated === 1) {
    const length = frameBytesOf(shape);
    return { count: 1, length, rowLength: length, strided: () => ({ offset: 0, step: 1 }) };
  }
  const width = bitsAllocated / 8;
  const count = samplesPerPixel * width;
  const strided = (index: number) => ({
    offset: Math.floor(index / width) * width + (width - 1 - (index % width)),
    step: count,
  });
  return { count, length: rows * columns, rowLength: columns, strided };
}

/** Decodes one RLE frame (PS3.5 G) to little endian, colour by pixel. Throws CodecError. */
export function decodeRle(bytes: Buffer, shape: FrameShape): Uint8Array<ArrayBuffer> {
  const planes = planesOf(shape);
  if (bytes.length < HEADER_BYTES) throw broken('an RLE frame is shorter than its header');
  const count = bytes.readUInt32LE(0);
  if (count !== planes.count || count > MAX_SEGMENTS)
    throw broken('an RLE frame has not one segment for each byte of a pixel');
  const out = new Uint8Array(frameBytesOf(shape));
  for (let index = 0; index < count; index += 1) {
    const start = bytes.readUInt32LE(4 + index * 4);
    const end = index + 1 < count ? bytes.readUInt32LE(8 + index * 4) : bytes.length;
    if (start < HEADER_BYTES || end < start || end > bytes.length)
      throw broken('an RLE segment lies outside of its frame');
    unpack(bytes.subarray(start, end), out, { ...planes.strided(index), length: planes.length });
  }
  return out;
}

/** Whether an RLE frame is nothing but its segments, one after the other: what else stands in it no decoder shows. Padding is zeros. */
export function isBareRle(bytes: Buffer, shape: FrameShape): boolean {
  const { count, length } = planesOf(shape);
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== count || count > MAX_SEGMENTS) return false;
  if (bytes.subarray(4 + count * 4, HEADER_BYTES).some((byte) => byte !== 0)) return false;
  let at = HEADER_BYTES;
  for (let index = 0; index < count; index += 1) {
    const start = bytes.readUInt32LE(4 + index * 4);
    if (start < at || start > bytes.length || bytes.subarray(at, start).some((byte) => byte !== 0))
      return false;
    at = packedEnd(bytes, start, length);
  }
  return at <= bytes.length && bytes.subarray(at).every((byte) => byte === 0);
}

/** Where PackBits of so many bytes end that begin at `from`; infinite where they are cut or too many. */
function packedEnd(bytes: Buffer, from: number, length: number): number {
  let at = from;
  let left = length;
  while (left > 0 && at < bytes.length) {
    const control = bytes[at] as number;
    if (control !== 128) left -= control < 128 ? control + 1 : 257 - control;
    at += control < 128 ? control + 2 : control === 128 ? 1 : 2;
  }
  return left === 0 ? at : Infinity;
}

/** PackBits, each byte to its place; what follows the last pixel is padding. Plain loops: most runs are too short for a call. */
function unpack(from: Uint8Array, out: Uint8Array, plane: Stride & { readonly length: number }): void {
  const { step } = plane;
  let to = plane.offset;
  let at = 0;
  let left = plane.length;
  while (left > 0) {
    if (at >= from.length) throw broken('an RLE segment ends before its last pixel');
    const control = from[at] as number;
    at += 1;
    if (control === 128) continue;
    const count = control < 128 ? control + 1 : 257 - control;
    if (count > left) throw broken('an RLE segment is longer than its plane');
    if (at + (control < 128 ? count : 1) > from.length)
      throw broken('an RLE segment ends before its last pixel');
    left -= count;
    const end = to + count * step;
    if (control < 128) {
      for (; to < end; to += step, at += 1) out[to] = from[at] as number;
    } else {
      const value = from[at] as number;
      at += 1;
      for (; to < end; to += step) out[to] = value;
    }
  }
}

/** Encodes little endian, colour-by-pixel samples as one RLE frame (PS3.5 G). */
export function encodeRle(pixels: Uint8Array, shape: FrameShape): Uint8Array<ArrayBuffer> {
  const planes = planesOf(shape);
  const rows = Math.ceil(planes.length / planes.rowLength);
  const worst = planes.length + rows * (2 + Math.ceil(planes.rowLength / LONGEST));
  const packer = new Packer(HEADER_BYTES + planes.count * (worst + 1));
  const header = new DataView(packer.out.buffer);
  header.setUint32(0, planes.count, true);
  const plane = new Uint8Array(planes.length);
  for (let index = 0; index < planes.count; index += 1) {
    gather(pixels, plane, planes.strided(index));
    header.setUint32(4 + index * 4, packer.end, true);
    for (let row = 0; row < plane.length; row += planes.rowLength)
      packer.addRow(plane, row, Math.min(plane.length, row + planes.rowLength));
    packer.end += packer.end % 2;
  }
  release(plane);
  return new Uint8Array(packer.out.buffer.transfer(packer.end));
}

function gather(pixels: Uint8Array, plane: Uint8Array, { offset, step }: Stride): void {
  for (let to = 0, from = offset; to < plane.length; to += 1, from += step)
    plane[to] = pixels[from] as number;
}

/** Writes PackBits: runs of three or more, literals between them. */
class Packer {
  readonly out: Uint8Array<ArrayBuffer>;
  end = HEADER_BYTES;

  constructor(mostBytes: number) {
    this.out = new Uint8Array(mostBytes);
  }

  /** Packs `plane[from..to)`; no run or literal goes beyond. */
  addRow(plane: Uint8Array, from: number, to: number): void {
    let literal = from;
    let at = from;
    while (at < to) {
      const value = plane[at];
      if (value !== plane[at + 1] || value !== plane[at + 2] || at + 2 >= to) {
        at += 1;
        continue;
      }
      this.addLiteral(plane, literal, at);
      const limit = Math.min(to, at + LONGEST);
      let end = at + SHORTEST_RUN;
      while (end < limit && plane[end] === value) end += 1;
      this.out[this.end] = 257 - (end - at);
      this.out[this.end + 1] = value as number;
      this.end += 2;
      at = end;
      literal = end;
    }
    this.addLiteral(plane, literal, to);
  }

  private addLiteral(plane: Uint8Array, from: number, to: number): void {
    const { out } = this;
    let { end } = this;
    for (let at = from; at < to;) {
      const last = Math.min(to, at + LONGEST);
      out[end] = last - at - 1;
      end += 1;
      for (; at < last; at += 1, end += 1) out[end] = plane[at] as number;
    }
    this.end = end;
  }
}
