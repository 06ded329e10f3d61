import { exceeded } from '../limits.js';
import { encodeItemHeader, putUInt32, UNDEFINED_LENGTH, type Encoding } from './encoding.js';

/** A range of bytes to be written, and the depth-0 element that it belongs to. */
export interface Piece {
  readonly tag: number;
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

interface Container {
  readonly header: Buffer;
  readonly encoding: Encoding;
  readonly delimiter: Buffer;
  readonly startsAt: number;
  undefinedLength: boolean;
}

/** What opens a sequence or item in the output; `encoding` is that of its header. */
export interface Opening {
  readonly header: Buffer;
  readonly encoding: Encoding;
  readonly undefinedLength: boolean;
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

  add(buffer: Buffer, start = 0, end = buffer.length): void {
    if (start === end) return;
    this.pieces.push({ tag: this.tag, buffer, start, end });
    this.written += end - start;
  }

  open({ header, encoding, undefinedLength }: Opening, delimiter: Buffer): void {
    this.add(header);
    this.containers.push({ header, encoding, delimiter, startsAt: this.written, undefinedLength });
  }

  close(): void {
    const container = this.containers.pop();
    if (container === undefined) throw new TypeError('nothing is open');
    if (container.undefinedLength) {
      this.add(container.delimiter);
      return;
    }
    const length = this.written - container.startsAt;
    if (length >= UNDEFINED_LENGTH) throw exceeded('a sequence is longer than 4 GiB');
    putUInt32(container.header, length, container.header.length - 4, container.encoding);
  }

  /** Gives what is open an undefined length, so that it can be sent before its end is known. */
  release(): void {
    for (const container of this.containers) {
      if (container.undefinedLength) continue;
      container.undefinedLength = true;
      putUInt32(container.header, UNDEFINED_LENGTH, container.header.length - 4, container.encoding);
    }
  }

  /** Everything that is final, in order; nothing while a length is still to be set. */
  drain(): Piece[] {
    if (this.containers.some((container) => !container.undefinedLength)) return [];
    const { pieces } = this;
    this.pieces = [];
    return pieces;
  }
}

const DELIMITER_TAGS = { sequence: 0xfffee0dd, item: 0xfffee00d };

/** The bytes that end a sequence or item of undefined length. */
export function delimiterOf(kind: 'sequence' | 'item', encoding: Encoding): Buffer {
  return encodeItemHeader(DELIMITER_TAGS[kind], 0, encoding);
}

/** Pieces as few buffers: neighbours joined, small ones copied together, large ones passed on as they are. */
export function pack(pieces: readonly Piece[]): Buffer[] {
  const out: Buffer[] = [];
  let small: Buffer[] = [];
  let smallBytes = 0;
  const flush = (): void => {
    if (small.length > 0) out.push(small.length === 1 ? (small[0] as Buffer) : Buffer.concat(small, smallBytes));
    small = [];
    smallBytes = 0;
  };
  for (const range of joined(pieces)) {
    const large = range.length >= COPY_BELOW_BYTES;
    if (large || smallBytes + range.length > BLOCK_BYTES) flush();
    if (large) {
      out.push(range);
      continue;
    }
    small.push(range);
    smallBytes += range.length;
  }
  flush();
  return out;
}

function* joined(pieces: readonly Piece[]): Generator<Buffer> {
  for (let index = 0; index < pieces.length; index += 1) {
    const { buffer, start } = pieces[index] as Piece;
    let { end } = pieces[index] as Piece;
    for (let next = pieces[index + 1]; next?.buffer === buffer && next.start === end; next = pieces[index + 1]) {
      end = next.end;
      index += 1;
    }
    yield buffer.subarray(start, end);
  }
}
