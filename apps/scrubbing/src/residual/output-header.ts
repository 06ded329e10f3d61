import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** A header larger than this is not held for the check; bytes. */
const MOST_HEADER_BYTES = 64 * 1024 * 1024;
const DEFLATED = new Set(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205']);
const PIXELS = /(?:\xe0\x7f[\x08\x09\x10]\0|\x7f\xe0\0[\x08\x09\x10])(?:O[BDFW]|UN|[^A-Z])/;
/** Preamble, DICM and the group length element (PS3.10 7.1). */
const META_LENGTH_AT = 140;
const META_STARTS_AT = 144;
const inflate = promisify(inflateRaw);

/** Holds what comes before the pixels of a Part 10 file while it streams by. */
export interface OutputHeader {
  add(chunk: Buffer): void;
  /** The header as one character per byte, inflated where the syntax is deflated; undefined where it is too large to hold. */
  text(transferSyntaxUID: string): Promise<string | undefined>;
}

/** Watches one output. */
export function watchOutputHeader(): OutputHeader {
  const parts: Buffer[] = [];
  let held = 0;
  let last = '';
  let complete = false;
  let overflowed = false;

  /** A deflated output shows no pixel tag: all of it is held, up to the limit. */
  function add(chunk: Buffer): void {
    if (complete || overflowed) return;
    const seen = last + chunk.toString('latin1');
    complete = PIXELS.test(seen);
    last = seen.slice(-8);
    parts.push(chunk);
    held += chunk.length;
    overflowed = !complete && held > MOST_HEADER_BYTES;
  }

  async function text(transferSyntaxUID: string): Promise<string | undefined> {
    if (overflowed) return undefined;
    const bytes = Buffer.concat(parts);
    const plain = DEFLATED.has(transferSyntaxUID) ? await inflated(bytes) : bytes;
    const found = PIXELS.exec(plain.toString('latin1'));
    return plain.toString('latin1', 0, found ? found.index : plain.length);
  }

  return { add, text };
}

async function inflated(file: Buffer): Promise<Buffer> {
  const start = META_STARTS_AT + file.readUInt32LE(META_LENGTH_AT);
  const dataSet = await inflate(file.subarray(start), { maxOutputLength: MOST_HEADER_BYTES });
  return Buffer.concat([file.subarray(0, start), dataSet]);
}
