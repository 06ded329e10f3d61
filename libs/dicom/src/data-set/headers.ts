import { vrOf } from '../dictionary/elements.js';
import type { ByteQueue } from './byte-queue.js';
import { UNDEFINED_LENGTH, type Encoding } from './encoding.js';
import type { Header } from './token-sink.types.js';

export const PIXEL_DATA = 0x7fe00010;
/** Float, Double Float and Pixel Data (PS3.3 C.7.6.24, C.7.6.25, C.7.6.3). */
export const PIXELS: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, PIXEL_DATA]);

/** The tag that stands next; four bytes must be there. */
export function tagAt({ head, at }: ByteQueue, { littleEndian }: Encoding): number {
  return littleEndian ? head.readUInt16LE(at) * 0x10000 + head.readUInt16LE(at + 2) : head.readUInt32BE(at);
}

/** The header that stands next, of a size that must be there (PS3.5 7.1). */
export function elementAt(
  queue: ByteQueue,
  encoding: Encoding,
  known: { readonly tag: number; readonly vr: string; readonly size: 8 | 12 },
): Header {
  const { head: buffer, at: start } = queue;
  const { tag, vr, size } = known;
  const valueStart = start + size;
  const length =
    size === 8 && encoding.explicit
      ? shortAt(buffer, valueStart - 2, encoding)
      : longAt(buffer, valueStart - 4, encoding);
  return { tag, vr, length, encoding, buffer, start, valueStart };
}

/** The item or delimiter that stands next; eight bytes must be there (PS3.5 7.5). */
export function itemAt(queue: ByteQueue, encoding: Encoding): Header {
  const { head: buffer, at: start } = queue;
  return {
    tag: tagAt(queue, encoding),
    vr: '',
    length: longAt(buffer, start + 4, encoding),
    encoding,
    buffer,
    start,
    valueStart: start + 8,
  };
}

/** VR SQ; in implicit VR and for VR UN also what has undefined length; VR UN of an element known to be a sequence (PS3.5 6.2.2 note 2). */
export function isSequence(header: Header): boolean {
  if (header.vr === 'SQ') return true;
  if (PIXELS.has(header.tag)) return false;
  if (header.length < 0) return header.vr === 'UN' || !header.encoding.explicit;
  return header.vr === 'UN' && header.encoding.explicit && vrOf(header.tag) === 'SQ';
}

function shortAt(buffer: Buffer, offset: number, { littleEndian }: Encoding): number {
  return littleEndian ? buffer.readUInt16LE(offset) : buffer.readUInt16BE(offset);
}

/** -1 for undefined length. */
function longAt(buffer: Buffer, offset: number, { littleEndian }: Encoding): number {
  const length = littleEndian ? buffer.readUInt32LE(offset) : buffer.readUInt32BE(offset);
  return length === UNDEFINED_LENGTH ? -1 : length;
}
