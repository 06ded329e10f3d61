import { createHash } from 'node:crypto';
import { isSluiceError, SluiceError, type ObjectRef } from '@sluice/contracts';

/**
 * Passes a body on and holds its last chunk back until size and SHA-256 are those of `ref`: a reader that was given the end was
 * given the object. Without a digest it passes on as is. @throws SluiceError STORE_DIGEST_MISMATCH while reading
 */
export async function* checkedBody(
  body: AsyncIterable<Buffer>,
  ref: Partial<ObjectRef>,
): AsyncGenerator<Buffer> {
  if (ref.digest === undefined) return yield* body;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let held: Buffer | undefined;
  for await (const chunk of body) {
    if (held) yield held;
    held = chunk;
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (ref.sizeBytes !== undefined && sizeBytes > ref.sizeBytes)
      throw new SluiceError('STORE_DIGEST_MISMATCH', { detail: 'longer than its event says' });
  }
  if (hash.digest('hex') !== ref.digest) throw new SluiceError('STORE_DIGEST_MISMATCH');
  if (held) yield held;
}

/** Reads an object to its end and describes it; undefined when `read` finds none. */
export async function describeObject(
  name: string,
  read: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<ObjectRef | undefined> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of await read()) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    if (isSluiceError(error) && error.code === 'STORE_OBJECT_MISSING') return undefined;
    throw error;
  }
  return { name, digest: hash.digest('hex'), sizeBytes };
}

/** What holds a name that a put found taken. @throws SluiceError STORE_UNAVAILABLE when it is gone: the next try decides */
export async function describeTaken(
  name: string,
  read: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<ObjectRef> {
  const ref = await describeObject(name, read);
  if (!ref) throw new SluiceError('STORE_UNAVAILABLE', { detail: 'deleted while it was put' });
  return ref;
}
