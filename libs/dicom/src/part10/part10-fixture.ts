import {
  encodeElement,
  encodeHeader,
  encodeItemHeader,
  EXPLICIT_LE,
  UNDEFINED_LENGTH,
  type Encoding,
} from '../data-set/encoding.js';
import { fileMeta } from './file-meta.js';

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

type WriteElement = (tag: number, vr: string, value: string | Buffer) => Buffer;

/** Writes one element; text is written as ISO 8859-1. */
export function elementIn(encoding: Encoding): WriteElement {
  return (tag, vr, value) =>
    encodeElement(
      { tag, vr, value: typeof value === 'string' ? Buffer.from(value, 'latin1') : value },
      encoding,
    );
}

/** One element in explicit little endian. */
export const element: WriteElement = elementIn(EXPLICIT_LE);

/** One sequence as bytes, its items given as encoded elements; defined or undefined lengths throughout. */
export function sequence(
  tag: number,
  items: readonly Buffer[],
  options: { readonly undefinedLength?: boolean; readonly vr?: string; readonly encoding?: Encoding } = {},
): Buffer {
  const { undefinedLength = false, vr = 'SQ', encoding = EXPLICIT_LE } = options;
  const bodies = items.map((item) =>
    wrapped(
      encodeItemHeader(0xfffee000, lengthOf(item, undefinedLength), encoding),
      item,
      undefinedLength ? encodeItemHeader(0xfffee00d, 0, encoding) : undefined,
    ),
  );
  const body = Buffer.concat(bodies);
  return wrapped(
    encodeHeader({ tag, vr }, lengthOf(body, undefinedLength), encoding),
    body,
    undefinedLength ? encodeItemHeader(0xfffee0dd, 0, encoding) : undefined,
  );
}

/** Encapsulated pixel data with an empty offset table (PS3.5 A.4). */
export function fragments(tag: number, pieces: readonly Buffer[]): Buffer {
  const items = [Buffer.alloc(0), ...pieces].flatMap((piece) => [
    encodeItemHeader(0xfffee000, piece.length, EXPLICIT_LE),
    piece,
  ]);
  return Buffer.concat([
    encodeHeader({ tag, vr: 'OB' }, UNDEFINED_LENGTH, EXPLICIT_LE),
    ...items,
    encodeItemHeader(0xfffee0dd, 0, EXPLICIT_LE),
  ]);
}

/** A Part 10 file of these encoded elements; a CT of instance 1.2.3.4 unless the meta says otherwise. */
export function part10(
  elements: readonly Buffer[],
  transferSyntaxUID: string = EXPLICIT_LITTLE_ENDIAN,
): Buffer {
  return Buffer.concat([
    fileMeta({ sopClassUID: CT_IMAGE, sopInstanceUID: '1.2.3.4', transferSyntaxUID }),
    ...elements,
  ]);
}

/** The bytes as a stream of chunks of this size. */
export async function* inChunks(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All of a stream. */
export async function gather(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function lengthOf(body: Buffer, undefinedLength: boolean): number {
  return undefinedLength ? UNDEFINED_LENGTH : body.length;
}

function wrapped(header: Buffer, body: Buffer, delimiter: Buffer | undefined): Buffer {
  return Buffer.concat(delimiter === undefined ? [header, body] : [header, body, delimiter]);
}
