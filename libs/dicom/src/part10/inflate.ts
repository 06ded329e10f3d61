import { pipeline, Readable } from 'node:stream';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';
import { isSluiceError } from '@sluice/contracts';
import { exceeded, malformed, type DicomLimits } from '../limits.js';

const CHUNK_BYTES = 64 * 1024;

/** Inflates a deflated data set (PS3.5 A.5, RFC 1951) within the limits on size and ratio. Throws DICOM_LIMIT_EXCEEDED, DICOM_MALFORMED. */
export async function* inflate(source: AsyncIterable<Buffer>, limits: DicomLimits): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw({ chunkSize: CHUNK_BYTES });
  // The error reaches the reader below, who destroys the source in turn.
  pipeline(Readable.from(source, { objectMode: true, highWaterMark: 1 }), inflater, () => undefined);
  let total = 0;
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limits.maxInflatedBytes) throw exceeded('the inflated data set is too large');
      if (total > limits.inflateFloorBytes && total > limits.maxInflateRatio * inflater.bytesWritten)
        throw exceeded('the data set inflates too much');
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? malformed('the deflated data set cannot be inflated', error) : error;
  }
}

function isZlibError(error: unknown): boolean {
  return (
    !isSluiceError(error) && error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
  );
}

/** Deflates a data set, padded to even length (PS3.5 A.5). Errors of the source are thrown as they are. */
export async function* deflate(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const deflater = createDeflateRaw();
  pipeline(Readable.from(source, { objectMode: true, highWaterMark: 1 }), deflater, () => undefined);
  let total = 0;
  for await (const chunk of deflater as AsyncIterable<Buffer>) {
    total += chunk.length;
    yield chunk;
  }
  if (total % 2 === 1) yield Buffer.alloc(1);
}
