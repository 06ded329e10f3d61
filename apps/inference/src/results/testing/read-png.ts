import { inflateSync } from 'node:zlib';

/** What a PNG of ours shows, written by the standard (RFC 2083) and not by our writer: colour type, and RGB by pixel. Lines are differences to the pixel before. */
export function readPng(png: Buffer): { readonly colourType: number; readonly rgb: Buffer } {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const [header, palette] = [chunks.get('IHDR')!, chunks.get('PLTE')];
  const step = palette ? 1 : 3;
  const long = step * header.readUInt32BE(0);
  const lines = inflateSync(chunks.get('IDAT')!);
  const rows = Array.from({ length: header.readUInt32BE(4) }, (_, y) => {
    const row = lines.subarray(y * (long + 1), (y + 1) * (long + 1));
    if (row[0] !== 1) throw new Error('a line is written in another way');
    const samples = Buffer.from(row.subarray(1));
    for (let at = step; at < long; at += 1) samples[at] = samples[at]! + samples[at - step]!;
    return palette
      ? Buffer.concat(Array.from(samples, (one) => palette.subarray(3 * one, 3 * one + 3)))
      : samples;
  });
  return { colourType: header[9]!, rgb: Buffer.concat(rows) };
}
