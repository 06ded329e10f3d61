/** What turns a frame of a transfer syntax into samples; `plain` is none. */
export type Codec = 'plain' | 'rle' | 'deflate' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

/** What a header says of one frame, as far as a codec needs it. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  /** 1, 8, 16 or 32. */
  readonly bitsAllocated: number;
  /** The header's photometric interpretation says that colour was moved to YBR. */
  readonly ybr: boolean;
}

/** How a codestream holds its samples; to be handed to `encode`, so that what comes back is held alike. */
export interface Coding {
  /** Bits per sample in the codestream. */
  readonly precision: number;
  readonly signed: boolean;
}

/**
 * The samples of one frame: little endian, row by row, colour by pixel, each in `bitsAllocated` bits (1 bit: packed, first pixel lowest).
 * `colour` tells three samples apart; J2K's own transforms are undone (RGB; without one it is what the header says), JPEG's chroma is brought to full size (YBR_FULL).
 */
export interface CodedFrame {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly colour: 'GREY' | 'RGB' | 'YBR_FULL';
  readonly coding: Coding;
}

export interface DecodeTask {
  readonly op: 'decode';
  /** By other code than the first, where there is some (decode-again.ts). */
  readonly again?: boolean;
  readonly codec: Codec;
  readonly shape: FrameShape;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface EncodeTask {
  readonly op: 'encode';
  readonly codec: Codec;
  readonly shape: FrameShape;
  readonly frame: CodedFrame;
  /** J2K: move RGB to YBR_RCT inside; HTJ2K: progression by resolution first (RPCL). */
  readonly transformColour: boolean;
  readonly byResolution: boolean;
}

export type CodecTask = DecodeTask | EncodeTask;

/** What a codec answers: a frame, a codestream, or why not. */
export type CodecReply =
  | { readonly frame: CodedFrame }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly code: CodecErrorCode; readonly detail: string };

export type CodecErrorCode = 'DICOM_PIXELS_UNSUPPORTED' | 'DICOM_PIXELS_MALFORMED' | 'DICOM_CODEC_FAILED';

/** Why a codec refuses; SluiceError stays outside of the worker. `message` names structure only. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** DICOM_PIXELS_MALFORMED, inside a codec. */
export function broken(message: string): CodecError {
  return new CodecError('DICOM_PIXELS_MALFORMED', message);
}

/** DICOM_PIXELS_UNSUPPORTED, inside a codec. */
export function unsupported(message: string): CodecError {
  return new CodecError('DICOM_PIXELS_UNSUPPORTED', message);
}

/** Bytes of a decoded frame. */
export function frameBytesOf(shape: FrameShape): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = shape;
  return Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8);
}
