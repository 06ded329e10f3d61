/** Bytes that are at hand, for whoever takes a stream. */
export async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
