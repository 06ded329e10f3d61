import type { Encoding, Syntax } from '../../data-set/encoding.js';
import { PIXELS } from '../../data-set/headers.js';
import type { Header, TokenSink } from '../../data-set/token-sink.types.js';
import { brokenPixels, exceeded, type DicomLimits } from '../../limits.js';
import {
  describePixels,
  DESCRIBING_TAGS,
  type HeaderValue,
  type PixelDescription,
} from './describe-pixels.js';
import { EncapsulatedFrames } from './encapsulated-frames.js';
import type { EncodedFrame, FrameSplitter } from './frame.types.js';
import { NativeFrames } from './native-frames.js';
import { swapUnit } from './unit-swapper.js';

/** What a walk meets, in order. */
export type PixelEvent =
  | { readonly kind: 'begin'; readonly description: PixelDescription; readonly header: Header }
  | { readonly kind: 'frame'; readonly frame: EncodedFrame }
  | { readonly kind: 'end' };

export interface WalkOptions {
  readonly transferSyntaxUID: string;
  readonly syntax: Syntax;
  readonly limits: DicomLimits;
}

/** Turns the pixel data of a data set into frames; everything else goes on to `rest`, which may be changed at `begin`. */
export class PixelWalker implements TokenSink {
  readonly done = false;
  private readonly values = new Map<number, HeaderValue>();
  private events: PixelEvent[] = [];
  private splitter: FrameSplitter | undefined;
  private depth = 0;
  /** Bulk that `rest` may have to hold until the first frame is there. */
  private held = 0;
  private begun = false;

  constructor(
    private readonly options: WalkOptions,
    private rest?: { readonly before: TokenSink; readonly after: TokenSink },
  ) {}

  /** What was met since the last call. */
  take(): PixelEvent[] {
    this.takeFrames();
    const { events } = this;
    this.events = [];
    return events;
  }

  element(header: Header): void {
    if (this.depth === 0 && DESCRIBING_TAGS.has(header.tag)) {
      const value = Buffer.from(header.buffer.subarray(header.valueStart, header.valueStart + header.length));
      this.values.set(header.tag, { value, littleEndian: header.encoding.littleEndian });
    }
    this.rest?.before.element(header);
  }

  bulkStart(header: Header): void {
    if (this.depth > 0 || !PIXELS.has(header.tag)) return this.rest?.before.bulkStart(header);
    if (this.begun) throw brokenPixels('there are two elements of pixel data');
    const { transferSyntaxUID, limits } = this.options;
    const native = header.length >= 0;
    const description = describePixels(this.values, { tag: header.tag, transferSyntaxUID, native }, limits);
    const unit = swapUnit(header.encoding.littleEndian, header.vr, description.bitsAllocated);
    this.splitter = native
      ? new NativeFrames(description, { lengthBytes: header.length, swapUnit: unit })
      : new EncapsulatedFrames(description);
    this.begun = true;
    this.events.push({ kind: 'begin', description, header });
    if (this.rest) this.rest = { ...this.rest, before: this.rest.after };
  }

  bulk(piece: Buffer): void {
    if (this.splitter) return this.splitter.push(piece);
    this.held += piece.length;
    if (this.rest && !this.begun && this.held > this.options.limits.maxHeaderBytes)
      throw exceeded('there are too many bytes before the pixel data');
    this.rest?.before.bulk(piece);
  }

  bulkEnd(): void {
    if (!this.splitter) return this.rest?.before.bulkEnd();
    this.splitter.end();
    this.takeFrames();
    this.splitter = undefined;
    this.events.push({ kind: 'end' });
  }

  sequenceStart(header: Header): void {
    this.depth += 1;
    this.rest?.before.sequenceStart(header);
  }

  sequenceEnd(inner: Encoding): void {
    this.depth -= 1;
    this.rest?.before.sequenceEnd(inner);
  }

  itemStart(header: Header): void {
    this.rest?.before.itemStart(header);
  }

  itemEnd(inner: Encoding): void {
    this.rest?.before.itemEnd(inner);
  }

  private takeFrames(): void {
    for (const frame of this.splitter?.take() ?? []) this.events.push({ kind: 'frame', frame });
  }
}
