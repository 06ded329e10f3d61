import { crc32, deflateSync } from 'node:zlib';
import type { Canvas } from './canvas.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUECOLOUR = 2;
/** Each sample as its difference from that of the pixel before it (RFC 2083, 6.3): a grey pixel's three are alike, and shrink more by 1 than by 3 as they are. */
const SUB = 1;
const LEVEL = 1;

/** A canvas as PNG (RFC 2083), without a time or a text of any kind. */
export function pngOf(canvas: Canvas): Buffer {
  const { width, height } = canvas;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, TRUECOLOUR, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(linesOf(canvas), { level: LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function linesOf({ width, height, data }: Canvas): Buffer {
  const long = 3 * width;
  const lines = Buffer.alloc(height * (long + 1));
  for (let y = 0; y < height; y += 1) {
    const [from, to] = [y * long, y * (long + 1) + 1];
    lines[to - 1] = SUB;
    for (let at = 0; at < long; at += 1)
      lines[to + at] = data[from + at]! - (at < 3 ? 0 : data[from + at - 3]!);
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
