import { formatTag, vrOf } from '../dictionary/elements.js';
import { exceeded, malformed, type DicomLimits } from '../limits.js';
import { ByteQueue } from './byte-queue.js';
import { IMPLICIT_LE, vrOfCode, type Encoding, type Syntax } from './encoding.js';
import { elementAt, isSequence, itemAt, PIXEL_DATA, PIXELS, tagAt } from './headers.js';
import type { Header, TokenSink } from './token-sink.types.js';

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

type FrameKind = 'data-set' | 'item' | 'sequence' | 'fragments';

interface Frame {
  readonly kind: FrameKind;
  /** Absolute offset where a defined length ends; Infinity for undefined length. */
  readonly end: number;
  /** The nearest end that encloses this frame: nothing inside may pass it. */
  readonly limit: number;
  readonly encoding: Encoding;
  lastTag: number;
}

/**
 * Reads one data set from pushed chunks and tells a sink what it meets (PS3.5 7). Linear time, bounded memory, any chunk size.
 * Throws DICOM_MALFORMED where lengths, nesting, order or VRs do not hold, DICOM_LIMIT_EXCEEDED where a bound is passed.
 */
export class Tokenizer {
  /** Bytes read so far that are not bulk. */
  headerBytes = 0;
  private readonly queue = new ByteQueue();
  private readonly frames: Frame[] = [];
  private top: Frame;
  private position = 0;
  private bulkLeft = 0;
  private inBulk = false;
  private depth = 0;
  private elements = 0;
  private items = 0;

  constructor(
    private readonly syntax: Pick<Syntax, keyof Encoding | 'native'>,
    private readonly sink: TokenSink,
    private readonly limits: DicomLimits,
  ) {
    this.top = { kind: 'data-set', end: Infinity, limit: Infinity, encoding: syntax, lastTag: -1 };
  }

  push(chunk: Buffer): void {
    this.queue.push(chunk);
    while (!this.sink.done && !this.queue.waiting && this.step());
  }

  /** To be called after the last byte: throws DICOM_MALFORMED when something is unfinished. */
  end(): void {
    while (!this.sink.done && !this.queue.waiting && this.step());
    if (this.sink.done) return;
    if (this.frames.length > 0 || this.inBulk || !this.queue.drained)
      throw malformed('the data set is truncated');
  }

  /** Reads one token; false when more bytes must come. */
  private step(): boolean {
    if (this.inBulk) return this.copyBulk();
    const frame = this.top;
    if (this.position === frame.end) return this.close();
    if (frame.kind === 'data-set' && this.queue.drained) return false;
    if (frame.limit - this.position < 8) throw malformed('an item or sequence ends inside an element');
    if (!this.queue.ensure(8)) return false;
    switch (frame.kind) {
      case 'sequence':
        return this.readItem(frame);
      case 'fragments':
        return this.readFragment(frame);
      default:
        return this.readElement(frame);
    }
  }

  private readElement(frame: Frame): boolean {
    const tag = tagAt(this.queue, frame.encoding);
    const group = tag >>> 16;
    if (group === 0xfffe) return this.endItem(frame, tag);
    if (tag <= frame.lastTag) throw malformed(`element ${formatTag(tag)} is out of order or twice there`);
    if (group === 0 || group === 2) throw malformed(`element ${formatTag(tag)} has no place in a data set`);
    if (!frame.encoding.explicit)
      return this.readValue(
        frame,
        elementAt(this.queue, frame.encoding, { tag, vr: vrOf(tag) ?? 'UN', size: 8 }),
      );
    const code = vrOfCode(this.queue.head.readUInt16BE(this.queue.at + 4));
    if (code === undefined) throw malformed(`element ${formatTag(tag)} has no known VR`);
    if (!code.long)
      return this.readValue(frame, elementAt(this.queue, frame.encoding, { tag, vr: code.vr, size: 8 }));
    if (!this.queue.ensure(12)) return false;
    return this.readValue(frame, elementAt(this.queue, frame.encoding, { tag, vr: code.vr, size: 12 }));
  }

  private readValue(frame: Frame, header: Header): boolean {
    const headerLength = header.valueStart - header.start;
    if (this.position + headerLength + Math.max(header.length, 0) > frame.limit) {
      throw malformed(`element ${formatTag(header.tag)} is longer than what encloses it`);
    }
    if (isSequence(header)) return this.openSequence(frame, header);
    if (header.length < 0) return this.openFragments(frame, header);
    if (header.length > this.limits.maxValueBytes || (PIXELS.has(header.tag) && this.depth === 0))
      return this.openBulk(frame, header);
    if (!this.queue.ensure(headerLength + header.length)) return false;
    this.countElement(frame, header);
    this.advance(headerLength + header.length);
    this.countHeader(headerLength + header.length);
    // The unit may have been gathered anew since the header was read.
    if (header.buffer === this.queue.head) this.sink.element(header);
    else this.sink.element({ ...header, buffer: this.queue.head, start: 0, valueStart: headerLength });
    return true;
  }

  private countElement(frame: Frame, header: Header): void {
    frame.lastTag = header.tag;
    this.elements += 1;
    if (this.elements > this.limits.maxElements) throw exceeded('too many elements');
  }

  private countItem(): void {
    this.items += 1;
    if (this.items > this.limits.maxItems) throw exceeded('too many items');
  }

  private countHeader(bytes: number): void {
    this.headerBytes += bytes;
    if (this.headerBytes > this.limits.maxHeaderBytes) throw exceeded('the header is too large');
  }

  private advance(bytes: number): void {
    this.queue.at += bytes;
    this.position += bytes;
  }

  /** Takes the header of something that opens: counted, consumed. */
  private enter(frame: Frame, header: Header): void {
    const headerLength = header.valueStart - header.start;
    this.countElement(frame, header);
    this.countHeader(headerLength);
    this.advance(headerLength);
  }

  private openFrame(kind: FrameKind, length: number, encoding: Encoding): void {
    const end = length < 0 ? Infinity : this.position + length;
    this.frames.push(this.top);
    this.top = { kind, end, limit: Math.min(end, this.top.limit), encoding, lastTag: -1 };
  }

  private openSequence(frame: Frame, header: Header): boolean {
    if (this.depth >= this.limits.maxDepth) throw exceeded('sequences are nested too deep');
    const inner = header.vr === 'UN' && header.encoding.explicit ? IMPLICIT_LE : header.encoding;
    this.enter(frame, header);
    this.depth += 1;
    this.sink.sequenceStart(header);
    this.openFrame('sequence', header.length, inner);
    return true;
  }

  private openFragments(frame: Frame, header: Header): boolean {
    const encapsulated =
      header.vr === 'OB' || header.vr === 'OW' || (PIXELS.has(header.tag) && header.vr === 'UN');
    if (!encapsulated) throw malformed(`element ${formatTag(header.tag)} may not have undefined length`);
    if (this.depth === 0 && this.syntax.native && PIXELS.has(header.tag))
      throw malformed('encapsulated pixel data in a native transfer syntax');
    this.enter(frame, header);
    this.sink.bulkStart(header);
    this.openFrame('fragments', -1, header.encoding);
    return true;
  }

  private openBulk(frame: Frame, header: Header): boolean {
    const mislabelled =
      this.depth === 0 && header.tag === PIXEL_DATA && header.length > 0 && !this.syntax.native;
    if (mislabelled) throw malformed('native pixel data in an encapsulated transfer syntax');
    this.enter(frame, header);
    this.sink.bulkStart(header);
    this.inBulk = true;
    this.bulkLeft = header.length;
    return true;
  }

  private copyBulk(): boolean {
    if (this.bulkLeft > 0) {
      const piece = this.queue.takeUpTo(this.bulkLeft);
      if (piece === undefined) return false;
      this.bulkLeft -= piece.length;
      this.position += piece.length;
      this.sink.bulk(piece);
    }
    if (this.bulkLeft > 0) return true;
    this.inBulk = false;
    if (this.top.kind !== 'fragments') this.sink.bulkEnd();
    return true;
  }

  private readItem(frame: Frame): boolean {
    const header = itemAt(this.queue, frame.encoding);
    if (header.tag === SEQUENCE_END) return this.endByDelimiter(frame, header);
    this.openItem(frame, header);
    this.sink.itemStart(header);
    this.openFrame('item', header.length, frame.encoding);
    return true;
  }

  private openItem(frame: Frame, header: Header): void {
    if (header.tag !== ITEM) throw malformed(`${formatTag(header.tag)} stands where an item must`);
    if (this.position + 8 + Math.max(header.length, 0) > frame.limit)
      throw malformed('an item is longer than what encloses it');
    this.countItem();
    this.countHeader(8);
    this.advance(8);
  }

  /** One fragment of encapsulated pixel data (PS3.5 A.4): its bytes pass through with their item header. */
  private readFragment(frame: Frame): boolean {
    const header = itemAt(this.queue, frame.encoding);
    const bytes = header.buffer.subarray(header.start, header.valueStart);
    if (header.tag === SEQUENCE_END) {
      this.sink.bulk(bytes);
      return this.endByDelimiter(frame, header);
    }
    if (header.length < 0) throw malformed('a fragment has undefined length');
    this.openItem(frame, header);
    this.sink.bulk(bytes);
    this.inBulk = header.length > 0;
    this.bulkLeft = header.length;
    return true;
  }

  private endItem(frame: Frame, tag: number): boolean {
    if (tag !== ITEM_END || frame.kind !== 'item')
      throw malformed(`${formatTag(tag)} stands where an element must`);
    return this.endByDelimiter(frame, itemAt(this.queue, frame.encoding));
  }

  private endByDelimiter(frame: Frame, header: Header): boolean {
    if (frame.end !== Infinity) throw malformed('a delimiter stands inside a defined length');
    if (header.length !== 0) throw malformed('a delimiter has a length');
    this.countHeader(8);
    this.advance(8);
    return this.close();
  }

  private close(): boolean {
    const { kind, encoding } = this.top;
    this.top = this.frames.pop() as Frame;
    if (kind === 'item') this.sink.itemEnd(encoding);
    if (kind === 'fragments') this.sink.bulkEnd();
    if (kind !== 'sequence') return true;
    this.depth -= 1;
    this.sink.sequenceEnd(encoding);
    return true;
  }
}
