import { encodeElement, encodeHeader, padOf, type Encoding } from './encoding.js';
import { ElementScopes } from './element-scopes.js';
import { OutputQueue, type Piece } from './output-queue.js';
import type { ElementAction, RewritePlan } from './rewrite.types.js';
import type { Header, TokenSink } from './token-sink.types.js';

const EMPTY = Buffer.alloc(0);
/** Bulk that may wait inside a sequence of defined length before that sequence must stream. */
const BULK_HELD_BYTES = 1024 * 1024;

interface Stamp {
  readonly tag: number;
  readonly bytes: Buffer;
}

/** Writes the data set that a plan makes of the one that is read. Nothing leaves before the header is read (or bulk must stream): then the plan's stamps are known. */
export class DataSetRewriter implements TokenSink {
  readonly done = false;
  private readonly scopes = new ElementScopes();
  private readonly output = new OutputQueue();
  /** Open sequences and items below something that is not kept. */
  private skipped = 0;
  private bulkKept = false;
  private bulkPad: Buffer = EMPTY;
  private bulkHeld = 0;
  private streaming = false;
  private stamps: Stamp[] = [];

  constructor(
    private readonly plan: RewritePlan,
    private readonly encoding: Encoding,
  ) {}

  /** What may be sent by now; to be read before the next token. */
  drain(): Iterable<Piece> {
    if (!this.streaming) return [];
    const pieces = this.output.drain();
    if (pieces.length > 0) this.bulkHeld = 0;
    return this.stamps.length === 0 ? pieces : this.stamped(pieces);
  }

  /** The rest, once the input has ended. */
  *finish(): Generator<Piece> {
    this.startStreaming();
    yield* this.drain();
    for (const stamp of this.stamps) yield pieceOf(stamp);
    this.stamps = [];
  }

  element(header: Header): void {
    if (this.skipped > 0 || isGroupLength(header.tag)) return;
    const valueEnd = header.valueStart + header.length;
    const action = this.decide(header, header.buffer.subarray(header.valueStart, valueEnd));
    if (action.do !== 'keep') return this.substitute(header, action);
    if (header.length % 2 === 0) return this.output.add(header.buffer, header.start, valueEnd);
    this.output.add(encodeHeader(header, header.length + 1, header.encoding));
    this.output.add(header.buffer, header.valueStart, valueEnd);
    this.output.add(padOf(header.vr));
  }

  bulkStart(header: Header): void {
    this.bulkKept = false;
    if (this.skipped > 0) return;
    const action = this.decide(header, undefined);
    if (action.do !== 'keep') return this.substitute(header, action);
    this.bulkKept = true;
    const odd = header.length > 0 && header.length % 2 === 1;
    this.bulkPad = odd ? padOf(header.vr) : EMPTY;
    if (odd) this.output.add(encodeHeader(header, header.length + 1, header.encoding));
    else this.output.add(header.buffer, header.start, header.valueStart);
    if (this.scopes.depth === 0) this.startStreaming();
  }

  bulk(piece: Buffer): void {
    if (!this.bulkKept) return;
    this.output.add(piece);
    this.bulkHeld += piece.length;
    if (this.bulkHeld > BULK_HELD_BYTES) this.startStreaming();
  }

  bulkEnd(): void {
    if (this.bulkKept) this.output.add(this.bulkPad);
  }

  sequenceStart(header: Header): void {
    if (this.skipped > 0) {
      this.skipped += 1;
      return;
    }
    const action = this.decide(header, undefined, 'SQ');
    if (action.do !== 'keep') {
      this.skipped = 1;
      return this.substitute(header, action);
    }
    this.scopes.enterSequence(header.tag);
    this.output.open(header);
  }

  sequenceEnd(inner: Encoding): void {
    if (this.leftSkipped()) return;
    this.scopes.leaveSequence();
    this.output.close(inner);
  }

  itemStart(header: Header): void {
    if (this.skipped > 0) {
      this.skipped += 1;
      return;
    }
    this.scopes.enterItem();
    this.output.open(header);
  }

  itemEnd(inner: Encoding): void {
    if (this.leftSkipped()) return;
    this.scopes.leaveItem();
    this.output.close(inner);
  }

  private leftSkipped(): boolean {
    if (this.skipped === 0) return false;
    this.skipped -= 1;
    return true;
  }

  private decide(header: Header, value: Buffer | undefined, vr = header.vr): ElementAction {
    if (this.scopes.depth === 0) this.output.tag = header.tag;
    return this.plan.decide(this.scopes.view(header, value, vr));
  }

  private substitute(header: Header, action: Exclude<ElementAction, { do: 'keep' }>): void {
    if (action.do === 'remove') return;
    const value = action.do === 'replace' ? action.value : EMPTY;
    this.output.add(encodeElement({ tag: header.tag, vr: header.vr, value }, header.encoding));
  }

  private startStreaming(): void {
    if (!this.streaming) {
      const stamps = this.plan.stamp?.() ?? [];
      this.stamps = stamps.map(({ tag, vr, value }) => ({
        tag,
        bytes: encodeElement({ tag, vr, value }, this.encoding),
      }));
      this.stamps.sort((a, b) => a.tag - b.tag);
    }
    this.streaming = true;
    this.output.release();
  }

  /** Puts stamps where their tags belong, in place of what the data set had there. */
  private *stamped(pieces: readonly Piece[]): Generator<Piece> {
    for (const piece of pieces) {
      while (this.stamps[0] !== undefined && this.stamps[0].tag < piece.tag)
        yield pieceOf(this.stamps.shift() as Stamp);
      if (this.stamps[0]?.tag !== piece.tag) yield piece;
    }
  }
}

function pieceOf({ tag, bytes }: Stamp): Piece {
  return { tag, buffer: bytes, start: 0, end: bytes.length };
}

/** Group lengths are retired and would be wrong after a rewrite (PS3.5 7.2): they are dropped. */
function isGroupLength(tag: number): boolean {
  return (tag & 0xffff) === 0;
}
