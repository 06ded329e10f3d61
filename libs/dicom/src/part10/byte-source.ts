const EMPTY: Buffer = Buffer.alloc(0);

/** Bytes in order, once: to be read to the end or returned, which ends their source too. */
export interface ByteStream extends AsyncIterableIterator<Buffer, void> {
  return(): Promise<IteratorResult<Buffer, void>>;
}

/** A stream of which the beginning can be looked at before it is read. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private head = EMPTY;
  private ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** The first bytes, at least `count` of them unless the stream is shorter; they stay unread. */
  async peek(count: number): Promise<Buffer> {
    if (this.head.length >= count) return this.head;
    const chunks = this.head.length === 0 ? [] : [this.head];
    let total = this.head.length;
    while (total < count) {
      const next = await this.pull();
      if (next.done) break;
      chunks.push(next.value);
      total += next.value.length;
    }
    // One chunk of a file is a copy of many kilobytes otherwise.
    this.head = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, total);
    return this.head;
  }

  /** Everything from byte `start` of what was looked at. */
  rest(start: number): ByteStream {
    let begun = this.head.subarray(start);
    this.head = EMPTY;
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => {
        if (begun.length === 0) return this.pull();
        const value = begun;
        begun = EMPTY;
        return Promise.resolve({ done: false, value });
      },
      return: async () => {
        begun = EMPTY;
        await this.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.iterator.return?.();
  }

  private async pull(): Promise<IteratorResult<Buffer, void>> {
    if (this.ended) return { done: true, value: undefined };
    const next = await this.iterator.next();
    if (!next.done) return { done: false, value: asBuffer(next.value) };
    this.ended = true;
    return { done: true, value: undefined };
  }
}

/** The same bytes as a Buffer, not copied. */
export function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** One buffer as a stream of one chunk. */
export async function* streamOf(bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield asBuffer(bytes);
}
