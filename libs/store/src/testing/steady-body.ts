import { createHash } from 'node:crypto';

/** A body of `sizeBytes` pseudo-random bytes that `seed` decides, in chunks, from one buffer that is used again. */
export async function* steadyBody(
  seed: string,
  sizeBytes: number,
  chunkBytes = 64 * 1024,
): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(chunkBytes);
  for (let at = 0; at < sizeBytes; at += chunkBytes) {
    chunk.fill(createHash('sha256').update(`${seed} ${at}`).digest());
    yield chunk.subarray(0, Math.min(chunkBytes, sizeBytes - at));
  }
}

/** SHA-256 and size of a body, as a store must find them. */
export async function measure(
  body: AsyncIterable<Uint8Array>,
): Promise<{ digest: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { digest: hash.digest('hex'), sizeBytes };
}
