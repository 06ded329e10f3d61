import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { SluiceError } from '@sluice/contracts';

/** A header larger than this is not held for the check; bytes, inflated. */
const MOST_HEADER_BYTES = 64 * 1024 * 1024;
const DEFLATED = new Set(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205']);
/** Pixel data in either byte order, with a VR that it can have or, in implicit VR, a length. */
const PIXELS = /(?:\xe0\x7f[\x08\x09\x10]\0|\x7f\xe0\0[\x08\x09\x10])(?:O[BDFW]|UN|[^A-Z])/;
const PIXELS_LENGTH = 6;
/** Preamble, DICM and the group length element (PS3.10 7.1). */
const META_LENGTH_AT = 140;
const META_STARTS_AT = 144;

/** Holds what comes before the pixels of a Part 10 file while it streams by. */
export interface OutputHeader {
  add(chunk: Buffer): void;
  /** The header in pieces, inflated where the syntax is deflated; undefined where it is too large to hold. */
  pieces(): AsyncIterable<Buffer> | undefined;
}

/**
 * Watches one output; its transfer syntax is asked for once bytes come. A deflated one shows no pixel tag: all of it is held, up to
 * the limit (a deflated image above 64 MiB cannot be checked).
 */
export function watchOutputHeader(transferSyntaxUID: () => string): OutputHeader {
  const parts: Buffer[] = [];
  let held = 0;
  let last = '';
  let complete = false;
  const deflated = () => DEFLATED.has(transferSyntaxUID());

  function add(chunk: Buffer): void {
    if (complete || held > MOST_HEADER_BYTES) return;
    const seen = last + chunk.toString('latin1');
    complete = !deflated() && PIXELS.test(seen);
    last = seen.slice(-PIXELS_LENGTH);
    parts.push(chunk);
    held += chunk.length;
  }

  function pieces(): AsyncIterable<Buffer> | undefined {
    if (!complete && held > MOST_HEADER_BYTES) return undefined;
    return beforePixels(deflated() ? inflated(Buffer.concat(parts)) : parts);
  }

  return { add, pieces };
}

/** @throws SluiceError SCRUBBING_RESIDUAL when more comes out than may be looked at */
async function* inflated(file: Buffer): AsyncGenerator<Buffer> {
  const start = META_STARTS_AT + file.readUInt32LE(META_LENGTH_AT);
  yield file.subarray(0, start);
  let total = 0;
  for await (const chunk of Readable.from([file.subarray(start)]).pipe(
    createInflateRaw(),
  ) as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > MOST_HEADER_BYTES) {
      throw new SluiceError('SCRUBBING_RESIDUAL', { detail: 'the header is too large to check' });
    }
    yield chunk;
  }
}

/** Up to the piece in which pixel data begins, of that one the part before. */
async function* beforePixels(parts: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let last = '';
  for await (const part of parts) {
    const seen = last + part.toString('latin1');
    const found = PIXELS.exec(seen);
    if (found) return yield part.subarray(0, Math.max(0, found.index - last.length));
    yield part;
    last = seen.slice(-PIXELS_LENGTH);
  }
}
