/** The SDK takes a turn of the event loop for each piece, which costs more than a large buffer does. */
const PIECE_BYTES = 1024 * 1024;
/** Smaller chunks are copied together, because the SDK takes a turn of the event loop for each; larger ones pass as they are. */
const SMALL_BYTES = 16 * 1024;

/**
 * Cuts a stream of chunks of any size into what is asked for; `failure` makes the error for a stream that ends too early.
 * Chunks must not be changed after they were given.
 */
export class ByteReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly failure: (detail: string) => Error;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>, failure: (detail: string) => Error) {
    this.chunks = source[Symbol.asyncIterator]();
    this.failure = failure;
  }

  /** The next `count` bytes as one buffer, behind a copy of `head` when given. Throws what `failure` makes when the stream ends before. */
  async take(count: number, head: Buffer = Buffer.alloc(0)): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(head.length + count);
    const filled = await this.gather(taken, head.copy(taken));
    if (filled < taken.length) throw this.failure('ended too early');
    return taken;
  }

  /** The next `count` bytes, or fewer at the end, in buffers of at most PIECE_BYTES. */
  async *pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0 && !(await this.ended());) {
      const size = Math.min(left, PIECE_BYTES);
      const isSmall = this.rest.length < Math.min(size, SMALL_BYTES);
      const piece = isSmall ? await this.takeUpTo(size) : this.cut(size);
      left -= piece.length;
      yield piece;
    }
  }

  /** True when nothing is left. */
  async ended(): Promise<boolean> {
    while (this.rest.length === 0) {
      const { done, value } = await this.chunks.next();
      if (done) return true;
      this.rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return false;
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async takeUpTo(count: number): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(count);
    return taken.subarray(0, await this.gather(taken, 0));
  }

  private async gather(target: Buffer, from: number): Promise<number> {
    let filled = from;
    while (filled < target.length && !(await this.ended()))
      filled += this.cut(target.length - filled).copy(target, filled);
    return filled;
  }

  private cut(count: number): Buffer {
    const part = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(part.length);
    return part;
  }
}
