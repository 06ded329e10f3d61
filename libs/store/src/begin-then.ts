/**
 * Reads the beginning of `stream` and then, only if it is there, does `next`; gives the stream, whole, and what `next` gave. For what
 * must not be made where the bytes are gone. Where `next` fails, the stream is let go. @throws what the stream throws at its beginning
 */
export async function beginThen<T>(
  stream: AsyncIterable<Buffer>,
  next: () => Promise<T>,
): Promise<[AsyncIterable<Buffer>, T]> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next();
  try {
    return [whole(first, chunks), await next()];
  } catch (error) {
    await chunks.return?.();
    throw error;
  }
}

async function* whole(first: IteratorResult<Buffer>, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    for (let chunk = first; !chunk.done; chunk = await rest.next()) yield chunk.value;
  } finally {
    await rest.return?.();
  }
}
