import { exceeded } from '../limits.js';
import { asBuffer, type ByteStream } from '../part10/byte-source.js';

const EMPTY: Buffer = Buffer.alloc(0);

/** Keeps what it hands on, so that it can be handed on again. A reader that stops early does not end the source. */
export class Recorder implements AsyncIterable<Buffer> {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private readonly seen: Buffer[] = [];
  private seenBytes = 0;
  private replaying = false;
  private ended = false;
  private pending: Promise<unknown> = Promise.resolve();

  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly maxBytes: number,
  ) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer, void> {
    const next = (): Promise<IteratorResult<Buffer, void>> => {
      if (this.replaying) return Promise.resolve({ done: true, value: undefined });
      const pulled = this.record();
      this.pending = pulled.catch(() => undefined);
      return pulled;
    };
    return { next };
  }

  replay(): ByteStream {
    this.replaying = true;
    let index = 0;
    const next = async (): Promise<IteratorResult<Buffer, void>> => {
      if (index === 0) await this.pending;
      const seen = this.seen[index];
      if (seen === undefined) return this.pull();
      this.seen[index] = EMPTY;
      index += 1;
      return { done: false, value: seen };
    };
    const end = async (): Promise<IteratorResult<Buffer, void>> => {
      await this.abandon();
      return { done: true, value: undefined };
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next,
      return: end,
    };
  }

  async abandon(): Promise<void> {
    this.replaying = true;
    await this.pending;
    if (this.ended) return;
    this.ended = true;
    await this.iterator.return?.();
  }

  private async record(): Promise<IteratorResult<Buffer, void>> {
    const next = await this.pull();
    if (next.done) return next;
    this.seenBytes += next.value.length;
    if (this.seenBytes > this.maxBytes) throw exceeded('the wanted attributes stand too far behind');
    this.seen.push(next.value);
    return next;
  }

  private async pull(): Promise<IteratorResult<Buffer, void>> {
    if (this.ended) return { done: true, value: undefined };
    const next = await this.iterator.next();
    if (!next.done) return { done: false, value: asBuffer(next.value) };
    this.ended = true;
    return { done: true, value: undefined };
  }
}
