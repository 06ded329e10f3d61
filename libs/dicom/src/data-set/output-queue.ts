import { exceeded } from '../limits.js';
import {
  BIG_ENDIAN,
  encodeItemHeader,
  IMPLICIT_LE,
  putLength,
  UNDEFINED_LENGTH,
  type Encoding,
} from './encoding.js';
import type { Header } from './token-sink.types.js';

/** A range of bytes to be written, and the depth-0 element that it belongs to. */
export interface Piece {
  readonly tag: number;
  readonly buffer: Buffer;
  readonly start: number;
  end: number;
}

interface Container {
  readonly header: Header;
  /** Where its header stands among the pieces; of use only while its length is defined, for then nothing is drained. */
  readonly index: number;
  readonly startsAt: number;
  undefinedLength: boolean;
}

const BLOCK_BYTES = 256 * 1024;
const COPY_BELOW_BYTES = 16 * 1024;

/** Bytes on their way out: ranges of the input and new headers; lengths of sequences and items are set when they close. */
export class OutputQueue {
  /** The depth-0 element that is being written. */
  tag = 0;
  private pieces: Piece[] = [];
  private written = 0;
  private readonly containers: Container[] = [];
  private definedOpen = 0;
  /** The last piece, where what follows it may be joined to it. */
  private last: Piece | undefined;

  add(buffer: Buffer, start = 0, end = buffer.length): void {
    if (start === end) return;
    this.written += end - start;
    if (this.last?.buffer === buffer && this.last.end === start && this.last.tag === this.tag) {
      this.last.end = end;
      return;
    }
    this.last = { tag: this.tag, buffer, start, end };
    this.pieces.push(this.last);
  }

  /** A sequence or item begins, with the kind of length that it had. */
  open(header: Header): void {
    const undefinedLength = header.length < 0;
    if (!undefinedLength) {
      this.last = undefined;
      this.definedOpen += 1;
    }
    this.add(header.buffer, header.start, header.valueStart);
    if (!undefinedLength) this.last = undefined;
    this.containers.push({ header, index: this.pieces.length - 1, startsAt: this.written, undefinedLength });
  }

  /** It ends; `inner` is the encoding of what it held. */
  close(inner: Encoding): void {
    const container = this.containers.pop();
    if (container === undefined) throw new TypeError('nothing is open');
    if (container.undefinedLength) return this.addDelimiter(delimiterOf(container.header, inner));
    this.definedOpen -= 1;
    const length = this.written - container.startsAt;
    if (length >= UNDEFINED_LENGTH) throw exceeded('a sequence is longer than 4 GiB');
    if (length !== container.header.length) this.setLength(container, length);
    this.join(container.index);
  }

  /** Gives what is open an undefined length, so that it can be sent before its end is known. */
  release(): void {
    for (const container of this.containers) {
      if (container.undefinedLength) continue;
      container.undefinedLength = true;
      this.setLength(container, UNDEFINED_LENGTH);
    }
    this.definedOpen = 0;
  }

  /** Everything that is final, in order; nothing while a length is still to be set. */
  drain(): Piece[] {
    if (this.definedOpen > 0) return [];
    const { pieces } = this;
    this.pieces = [];
    this.last = undefined;
    return pieces;
  }

  /** The input's own delimiter where it stands behind the last piece: a million kept items are then one piece. */
  private addDelimiter(delimiter: Buffer): void {
    const { last } = this;
    const standsThere =
      last?.tag === this.tag && last.buffer.subarray(last.end, last.end + delimiter.length).equals(delimiter);
    if (standsThere) this.add(last.buffer, last.end, last.end + delimiter.length);
    else this.add(delimiter);
  }

  /** Joins what lies unchanged behind one another, from the header of a closed container on; that of an open one may still change. */
  private join(from: number): void {
    const open = this.containers.at(-1)?.index ?? -1;
    let top = this.pieces.length - 1;
    for (; top >= from && top > open + 1; top -= 1) {
      const [before, piece] = [this.pieces[top - 1], this.pieces[top]];
      if (
        !before ||
        !piece ||
        before.buffer !== piece.buffer ||
        before.end !== piece.start ||
        before.tag !== piece.tag
      )
        break;
      before.end = piece.end;
      this.pieces.pop();
    }
    this.last = top > open ? this.pieces[top] : undefined;
  }

  private setLength({ header, index }: Container, length: number): void {
    const bytes = Buffer.from(header.buffer.subarray(header.start, header.valueStart));
    putLength(bytes, length, header.encoding);
    this.pieces[index] = { tag: this.tag, buffer: bytes, start: 0, end: bytes.length };
  }
}

const LITTLE = {
  item: encodeItemHeader(0xfffee00d, 0, IMPLICIT_LE),
  sequence: encodeItemHeader(0xfffee0dd, 0, IMPLICIT_LE),
};
const BIG = {
  item: encodeItemHeader(0xfffee00d, 0, BIG_ENDIAN),
  sequence: encodeItemHeader(0xfffee0dd, 0, BIG_ENDIAN),
};

function delimiterOf(header: Header, inner: Encoding): Buffer {
  const delimiters = inner.littleEndian ? LITTLE : BIG;
  return header.tag === 0xfffee000 ? delimiters.item : delimiters.sequence;
}

/** Pieces as few buffers: neighbours joined, small ones copied together, large ones passed on as they are. */
export function* pack(pieces: Iterable<Piece>): Generator<Buffer> {
  let small: Buffer[] = [];
  let smallBytes = 0;
  for (const range of joined(pieces)) {
    const large = range.length >= COPY_BELOW_BYTES;
    if (small.length > 0 && (large || smallBytes + range.length > BLOCK_BYTES)) {
      yield together(small, smallBytes);
      small = [];
      smallBytes = 0;
    }
    if (large) {
      yield range;
      continue;
    }
    small.push(range);
    smallBytes += range.length;
  }
  if (small.length > 0) yield together(small, smallBytes);
}

function together(buffers: readonly Buffer[], bytes: number): Buffer {
  const [only] = buffers;
  return buffers.length === 1 && only !== undefined ? only : Buffer.concat(buffers, bytes);
}

function* joined(pieces: Iterable<Piece>): Generator<Buffer> {
  let held: { readonly buffer: Buffer; readonly start: number; end: number } | undefined;
  for (const { buffer, start, end } of pieces) {
    if (held?.buffer === buffer && held.end === start) {
      held.end = end;
      continue;
    }
    if (held) yield held.buffer.subarray(held.start, held.end);
    held = { buffer, start, end };
  }
  if (held) yield held.buffer.subarray(held.start, held.end);
}
