import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type Codecs, decodeFrame, readFrames } from '@sluice/dicom';

/** The samples of one frame as numbers, colours by pixel. */
export interface Samples {
  readonly rows: number;
  readonly columns: number;
  readonly perPixel: number;
  readonly values: Uint8Array | Uint16Array;
  readonly photometric: string;
}

/** Every frame of a file or of its bytes, decoded. Throws what the codecs throw. */
export async function decodeFrames(file: string | Buffer, codecs: Codecs): Promise<Samples[]> {
  const source = typeof file === 'string' ? createReadStream(file) : Readable.from([file]);
  const frames: Samples[] = [];
  for await (const frame of readFrames(source)) {
    const {
      rows,
      columns,
      samplesPerPixel: perPixel,
      bitsAllocated,
      bytes,
      photometric,
    } = await decodeFrame(frame, codecs);
    if (bitsAllocated > 16) throw new Error('samples of more than 16 bits');
    const values =
      bitsAllocated === 8 ? new Uint8Array(bytes) : new Uint16Array(new Uint8Array(bytes).buffer);
    frames.push({ rows, columns, perPixel, values, photometric });
  }
  return frames;
}

/** The mean of a pixel's samples. */
export function shadeOf({ columns, perPixel, values }: Samples, x: number, y: number): number {
  let sum = 0;
  const at = (y * columns + x) * perPixel;
  for (let sample = 0; sample < perPixel; sample += 1) sum += values[at + sample] ?? 0;
  return sum / perPixel;
}
