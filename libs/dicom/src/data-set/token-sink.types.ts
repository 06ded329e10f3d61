import type { Encoding } from './encoding.js';

/** The header of an element or item as it was met. `buffer[start..valueStart)` holds its bytes. */
export interface Header {
  readonly tag: number;
  /** As written; in implicit VR the dictionary's, UN where it does not know. Empty for an item. */
  readonly vr: string;
  /** Bytes of the value; -1 for undefined length. */
  readonly length: number;
  readonly encoding: Encoding;
  readonly buffer: Buffer;
  readonly start: number;
  readonly valueStart: number;
}

/** What the tokenizer tells while it reads, in stream order. */
export interface TokenSink {
  /** True when enough was seen: reading stops after the current token. */
  readonly done: boolean;
  /** A whole value: `buffer[valueStart..valueStart + length)`. */
  element(header: Header): void;
  /** A value that streams past: too long to hold, pixel data, or fragments (then the pieces hold item headers and the final delimiter too). */
  bulkStart(header: Header): void;
  bulk(piece: Buffer): void;
  bulkEnd(): void;
  sequenceStart(header: Header): void;
  /** `inner` is the encoding of what ends: implicit little endian inside VR UN (PS3.5 6.2.2). */
  sequenceEnd(inner: Encoding): void;
  itemStart(header: Header): void;
  itemEnd(inner: Encoding): void;
}
