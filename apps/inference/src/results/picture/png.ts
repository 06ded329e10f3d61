import { constants, crc32, deflateSync } from 'node:zlib';
import type { Canvas } from './canvas.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUECOLOUR = 2;
const INDEXED = 3;
/** Each byte as its difference from that of the pixel before it (RFC 2083, 6.3). */
const SUB = 1;
/** Speckle does not repeat itself: looking for more than runs takes twice as long, for more bytes. */
const SPECKLE = { strategy: constants.Z_RLE };

/** A canvas as PNG (RFC 2083), without a time or a text of any kind: with a palette where it is grey but for one colour, which takes a third of the time. */
export function pngOf(canvas: Canvas): Buffer {
  const { width, height, data } = canvas;
  const indexed = indexedOf(canvas);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, indexed ? INDEXED : TRUECOLOUR, 0, 0, 0], 8);
  const lines = indexed ? linesOf(indexed.data, width, 1) : linesOf(data, 3 * width, 3);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(indexed ? [chunk('PLTE', indexed.palette)] : []),
    chunk('IDAT', deflateSync(lines, indexed ? SPECKLE : { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Every grey is its own place in the palette; one that is not used is the colour's. Undefined where there are more colours, or all greys. */
function indexedOf({ width, height, data }: Canvas): { palette: Buffer; data: Buffer } | undefined {
  const palette = Buffer.alloc(
    3 * 256,
    Uint8Array.from({ length: 3 * 256 }, (_, at) => Math.floor(at / 3)),
  );
  const out = Buffer.alloc(width * height);
  const used = new Uint8Array(256);
  for (let at = 0; at < out.length; at += 1) {
    if (!isGrey(data, at)) continue;
    out[at] = data[3 * at]!;
    used[out[at]!] = 1;
  }
  const free = used.indexOf(0);
  let colour: number | undefined;
  for (let at = 0; at < out.length; at += 1) {
    if (isGrey(data, at)) continue;
    const here = data.readUIntBE(3 * at, 3);
    if (free < 0 || (colour ?? here) !== here) return undefined;
    colour = here;
    out[at] = free;
  }
  if (colour !== undefined) palette.writeUIntBE(colour, 3 * free, 3);
  return { palette, data: out };
}

const isGrey = (data: Buffer, at: number): boolean =>
  data[3 * at] === data[3 * at + 1] && data[3 * at] === data[3 * at + 2];

function linesOf(data: Buffer, long: number, step: number): Buffer {
  const count = data.length / long;
  const lines = Buffer.alloc(count * (long + 1));
  for (let y = 0; y < count; y += 1) {
    const from = y * long;
    const to = y * (long + 1) + 1;
    lines[to - 1] = SUB;
    for (let at = 0; at < long; at += 1)
      lines[to + at] = data[from + at]! - (at < step ? 0 : data[from + at - step]!);
  }
  return lines;
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
