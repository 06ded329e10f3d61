/** Takes exact lengths from a stream of chunks; holds one chunk of the source and what was asked for. */
export interface ByteReader {
  /** The next `count` bytes, behind a copy of `head` when given. Throws what `failure` makes when the stream ends before. */
  take(count: number, head?: Buffer): Promise<Buffer>;
  /** True when nothing is left. */
  ended(): Promise<boolean>;
  /** Lets the source go. */
  close(): Promise<void>;
}

/** Reads `source`; `failure` makes the error for a stream that ends too early. */
export function byteReader(source: AsyncIterable<Uint8Array>, failure: (detail: string) => Error): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let offset = 0;

  async function more(): Promise<boolean> {
    while (offset === chunk.length) {
      const next = await chunks.next();
      if (next.done) return false;
      chunk = next.value;
      offset = 0;
    }
    return true;
  }

  async function take(count: number, head: Buffer = Buffer.alloc(0)): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(head.length + count);
    taken.set(head);
    for (let filled = head.length; filled < taken.length; ) {
      if (!(await more())) throw failure('ended too early');
      const part = chunk.subarray(offset, offset + taken.length - filled);
      taken.set(part, filled);
      filled += part.length;
      offset += part.length;
    }
    return taken;
  }

  return {
    take,
    ended: async () => !(await more()),
    close: async () => {
      await chunks.return?.();
    },
  };
}
