import { broken, frameBytesOf, type FrameShape } from './codec.types.js';

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
  const plane = Buffer.allocUnsafe(planes.length);
  for (let index = 0; index < count; index += 1) {
    const start = bytes.readUInt32LE(4 + index * 4);
    const end = index + 1 < count ? bytes.readUInt32LE(8 + index * 4) : bytes.length;
    if (start < HEADER_BYTES || end < start || end > bytes.length)
      throw broken('an RLE segment lies outside of its frame');
    unpack(bytes.subarray(start, end), plane);
    scatter(plane, out, planes.strided(index));
  }
  return out;
}

/** PackBits; what follows the last pixel is padding. */
function unpack(from: Buffer, to: Buffer): void {
  let at = 0;
  let filled = 0;
  while (filled < to.length) {
    if (at >= from.length) throw broken('an RLE segment ends before its last pixel');
    const control = from[at] as number;
    at += 1;
    if (control === 128) continue;
    const count = control < 128 ? control + 1 : 257 - control;
    if (filled + count > to.length) throw broken('an RLE segment is longer than its plane');
    if (control < 128) {
      if (at + count > from.length) throw broken('an RLE segment ends before its last pixel');
      from.copy(to, filled, at, at + count);
      at += count;
    } else {
      if (at >= from.length) throw broken('an RLE segment ends before its last pixel');
      to.fill(from[at] as number, filled, filled + count);
      at += 1;
    }
    filled += count;
  }
}

function scatter(plane: Buffer, out: Uint8Array, { offset, step }: Stride): void {
  if (step === 1) return out.set(plane);
  for (let from = 0, to = offset; from < plane.length; from += 1, to += step) out[to] = plane[from] as number;
}

/** Encodes little endian, colour-by-pixel samples as one RLE frame (PS3.5 G). */
export function encodeRle(pixels: Uint8Array, shape: FrameShape): Uint8Array<ArrayBuffer> {
  const planes = planesOf(shape);
  const worst = planes.length + 2 * Math.ceil(planes.length / LONGEST) + 2 * shape.rows + 2;
  const out = Buffer.alloc(HEADER_BYTES + planes.count * worst);
  out.writeUInt32LE(planes.count, 0);
  const plane = Buffer.allocUnsafe(planes.length);
  let end = HEADER_BYTES;
  for (let index = 0; index < planes.count; index += 1) {
    gather(pixels, plane, planes.strided(index));
    out.writeUInt32LE(end, 4 + index * 4);
    for (let row = 0; row < plane.length; row += planes.rowLength)
      end = packRow(plane.subarray(row, row + planes.rowLength), out, end);
    end += end % 2;
  }
  return new Uint8Array(out.subarray(0, end));
}

function gather(pixels: Uint8Array, plane: Buffer, { offset, step }: Stride): void {
  for (let to = 0, from = offset; to < plane.length; to += 1, from += step)
    plane[to] = pixels[from] as number;
}

/** One row as runs and literals; returns where it ended. */
function packRow(row: Buffer, out: Buffer, start: number): number {
  let end = start;
  let literal = 0;
  let at = 0;
  while (at < row.length) {
    const run = runAt(row, at);
    if (run < SHORTEST_RUN) {
      at += run;
      continue;
    }
    end = putLiteral(row.subarray(literal, at), out, end);
    out[end] = 257 - run;
    out[end + 1] = row[at] as number;
    end += 2;
    at += run;
    literal = at;
  }
  return putLiteral(row.subarray(literal), out, end);
}

function runAt(row: Buffer, at: number): number {
  const value = row[at];
  const limit = Math.min(row.length, at + LONGEST);
  let end = at + 1;
  while (end < limit && row[end] === value) end += 1;
  return end - at;
}

function putLiteral(bytes: Buffer, out: Buffer, start: number): number {
  let end = start;
  for (let at = 0; at < bytes.length; at += LONGEST) {
    const count = Math.min(LONGEST, bytes.length - at);
    out[end] = count - 1;
    bytes.copy(out, end + 1, at, at + count);
    end += 1 + count;
  }
  return end;
}
