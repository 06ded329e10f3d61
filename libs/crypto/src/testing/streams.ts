import { randomInt } from 'node:crypto';

/** The bytes in chunks of random sizes. */
export async function* inRandomChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length;) {
    const end = offset + randomInt(1, 300_000);
    yield bytes.subarray(offset, end);
    offset = end;
  }
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The code with which reading a stream ends, or 'opened'. */
export async function outcomeOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  return bytesOf(stream).then(
    () => 'opened',
    (error: { code?: string }) => error.code ?? String(error),
  );
}
