/** The part of it that is used here; it ships no types. */
declare module 'jpeg-lossless-decoder-js' {
  interface Decoder {
    /** Samples row by row, colour by pixel. */
    decode(
      bytes: ArrayBuffer,
      offset: number,
      length: number,
      bytesPerSample: number,
    ): Uint8Array | Uint16Array;
  }
  const jpeg: { readonly lossless: { readonly Decoder: new () => Decoder } };
  export default jpeg;
}
