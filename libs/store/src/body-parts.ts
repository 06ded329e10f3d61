import type { Hash } from 'node:crypto';
import { SluiceError } from '@sluice/contracts';

const BLOCK_BYTES = 512 * 1024;
/** Blocks of finished bodies, kept for the next: fresh memory costs as much time as the digest. */
const MAX_SPARE = 64;
const spare: Buffer[] = [];
/** 10,000 parts of 16 MiB are what S3 takes; the folder keeps to the same, so that what one side holds the other can. */
export const MAX_OBJECT_BYTES = 128 * 1024 ** 3;

/** A run of bytes of a body. The blocks are valid until the next part is asked for: their memory is used again. */
export interface BodyPart {
  readonly blocks: readonly Uint8Array[];
  readonly sizeBytes: number;
  /** True for the part that ends the body. It may be empty. */
  readonly last: boolean;
}

/**
 * Gathers a body into parts of `partBytes` and feeds `whole` on the way. Reads only as much as was asked for (back-pressure) and
 * holds one part. A body that is in memory already is not copied. What the body throws comes through as it is.
 * @throws SluiceError STORE_OBJECT_TOO_LARGE
 */
export async function* partsOf(
  body: AsyncIterable<Uint8Array> | Uint8Array,
  partBytes: number,
  whole: Hash,
): AsyncGenerator<BodyPart> {
  if (body instanceof Uint8Array && body.length <= partBytes) {
    whole.update(body);
    yield { blocks: [body], sizeBytes: body.length, last: true };
    return;
  }
  const part = createPart(partBytes);
  let totalBytes = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    whole.update(chunk);
    totalBytes += chunk.length;
    if (totalBytes > MAX_OBJECT_BYTES) throw new SluiceError('STORE_OBJECT_TOO_LARGE');
    for (let at = 0; at < chunk.length;) {
      at += part.take(chunk, at);
      if (part.isFull()) yield part.empty(false);
    }
  }
  yield part.empty(true);
  // Only reached when the reader took the last part and came back: after a failure somebody may still hold the blocks.
  part.release();
}

/** Collects bytes in blocks, which are allocated once and only when needed. */
function createPart(partBytes: number) {
  const memory: Buffer[] = [];
  let sizeBytes = 0;
  const take = (chunk: Uint8Array, from: number): number => {
    const offset = sizeBytes % BLOCK_BYTES;
    const block = (memory[Math.floor(sizeBytes / BLOCK_BYTES)] ??=
      spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES));
    const taken = chunk.subarray(from, from + Math.min(block.length - offset, partBytes - sizeBytes));
    block.set(taken, offset);
    sizeBytes += taken.length;
    return taken.length;
  };
  const empty = (last: boolean): BodyPart => {
    const blocks = memory
      .slice(0, Math.ceil(sizeBytes / BLOCK_BYTES))
      .map((block, at) => block.subarray(0, Math.min(block.length, sizeBytes - at * BLOCK_BYTES)));
    const part = { blocks, sizeBytes, last };
    sizeBytes = 0;
    return part;
  };
  const release = () => void spare.push(...memory.slice(0, MAX_SPARE - spare.length));
  return { take, empty, release, isFull: () => sizeBytes === partBytes };
}
