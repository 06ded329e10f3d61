import type { Codec } from './codecs/codec.types.js';

/** How a transfer syntax holds its frames. */
export interface PixelSyntax {
  readonly codec: Codec;
  readonly lossy: boolean;
  /** What an object of this syntax is in after masking: the lossless syntax of its family, itself where it is one. */
  readonly masked: string;
}

export const RLE_LOSSLESS = '1.2.840.10008.1.2.5';

const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const HTJ2K = '1.2.840.10008.1.2.4.201';

const lossless = (uid: string, codec: Codec): [string, PixelSyntax] => [
  uid,
  { codec, lossy: false, masked: uid },
];
const lossy = (uid: string, codec: Codec, masked: string): [string, PixelSyntax] => [
  uid,
  { codec, lossy: true, masked },
];

/** The transfer syntaxes whose pixels are read (PS3.5 A). What is not here (MPEG, JPEG XL, JPIP, retired JPEG processes) is DICOM_PIXELS_UNSUPPORTED. */
export const PIXEL_SYNTAXES: ReadonlyMap<string, PixelSyntax> = new Map([
  lossless('1.2.840.10008.1.2', 'plain'),
  lossless('1.2.840.10008.1.2.1', 'plain'),
  lossless('1.2.840.10008.1.2.1.98', 'plain'),
  lossless('1.2.840.10008.1.2.1.99', 'plain'),
  lossless('1.2.840.10008.1.2.2', 'plain'),
  lossless('1.2.840.10008.1.20', 'plain'),
  lossless(RLE_LOSSLESS, 'rle'),
  lossless('1.2.840.10008.1.2.8.1', 'deflate'),
  lossy('1.2.840.10008.1.2.4.50', 'jpeg', JPEG_LOSSLESS),
  lossy('1.2.840.10008.1.2.4.51', 'jpeg', JPEG_LOSSLESS),
  lossless('1.2.840.10008.1.2.4.57', 'jpeg'),
  lossless(JPEG_LOSSLESS, 'jpeg'),
  lossless(JPEG_LS, 'jpeg-ls'),
  lossy('1.2.840.10008.1.2.4.81', 'jpeg-ls', JPEG_LS),
  lossless(JPEG_2000, 'jpeg-2000'),
  lossy('1.2.840.10008.1.2.4.91', 'jpeg-2000', JPEG_2000),
  lossless(HTJ2K, 'htj2k'),
  lossless('1.2.840.10008.1.2.4.202', 'htj2k'),
  lossy('1.2.840.10008.1.2.4.203', 'htj2k', HTJ2K),
]);
