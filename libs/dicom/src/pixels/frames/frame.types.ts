import type { PixelDescription } from './describe-pixels.js';

/** One frame as the file holds it: native bytes (little endian), or its whole codestream with the padding that followed. */
export interface EncodedFrame {
  readonly description: PixelDescription;
  /** From 0. */
  readonly index: number;
  readonly bytes: Buffer;
  /** The basic offset table says something else than where this frame begins, so that nobody knows what it says. */
  readonly strayTable?: true;
}

/** Cuts pixel data that is pushed in pieces into frames. Throws DICOM_PIXELS_MALFORMED, DICOM_LIMIT_EXCEEDED. */
export interface FrameSplitter {
  push(piece: Buffer): void;
  /** To be called after the last piece. */
  end(): void;
  /** The frames that became whole since the last call. */
  take(): EncodedFrame[];
}
