import { SluiceError } from '@sluice/contracts';

/** A stream of one chunk. */
export async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All bytes of a small stream. @throws SluiceError CRYPTO_OPEN_FAILED when there are more than `maxBytes` */
export async function gather(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw new SluiceError('CRYPTO_OPEN_FAILED', { detail: 'longer than expected' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
