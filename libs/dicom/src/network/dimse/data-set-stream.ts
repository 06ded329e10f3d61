import { SluiceError } from '@sluice/contracts';

/** Queued bytes at which the socket is paused, and below which it reads on. */
const HIGH_WATER_BYTES = 1_048_576;
const LOW_WATER_BYTES = 524_288;

/** Pauses and resumes the source. */
export interface Tap {
  pause(): void;
  resume(): void;
}

/**
 * One data set on its way from the socket to one reader. Bytes are queued as views of the socket's reads; fragments of one read are
 * moved together over the PDV headers between them, so that the reader gets about 64 KiB at a time whatever the peer's PDU length is.
 */
export class DataSetStream implements AsyncIterable<Buffer> {
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #receivedBytes = 0;
  /** The last view in the queue and the next bytes come from one socket read. */
  #joinable = false;
  #paused = false;
  #discarding = false;
  #ended = false;
  #readToEnd = false;
  #started = false;
  #failure: SluiceError | undefined;
  #wake: (() => void) | undefined;
  readonly #tap: Tap;

  constructor(tap: Tap) {
    this.#tap = tap;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** True once the reader has seen the end. */
  get readToEnd(): boolean {
    return this.#readToEnd;
  }

  push(bytes: Buffer): void {
    this.#receivedBytes += bytes.length;
    if (this.#discarding || this.#failure) return;
    this.#queuedBytes += bytes.length;
    const last = this.#joinable ? this.#queue.pop() : undefined;
    this.#queue.push(last ? joinInPlace(last, bytes) : bytes);
    this.#joinable = true;
    if (this.#queuedBytes < HIGH_WATER_BYTES || this.#paused) return;
    this.#paused = true;
    this.#tap.pause();
  }

  /** Wakes the reader; called once per socket read. */
  flush(): void {
    this.#joinable = false;
    if (this.#queue.length > 0 || this.#ended || this.#failure) this.#wakeReader();
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader();
  }

  /** The reader gets this instead of the rest. */
  fail(failure: SluiceError): void {
    if (this.#ended || this.#failure) return;
    this.#failure = failure;
    this.#empty();
    this.#wakeReader();
  }

  /** Nobody reads any more: what still comes is dropped. */
  discard(): void {
    this.#discarding = true;
    this.#empty();
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    if (this.#started) throw new SluiceError('UNEXPECTED', { detail: 'a data set is read once' });
    this.#started = true;
    return {
      next: () => this.#next(),
      return: () => {
        this.discard();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    while (this.#queue.length === 0 && !this.#ended && !this.#failure) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure) throw this.#failure;
    const value = this.#queue.shift();
    if (value === undefined) {
      this.#readToEnd = !this.#discarding;
      return { done: true, value: undefined };
    }
    this.#queuedBytes -= value.length;
    if (this.#queuedBytes < LOW_WATER_BYTES) this.#resume();
    return { done: false, value };
  }

  #empty(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#resume();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#tap.resume();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** The second view moved up to the first's end. Only for views of one socket read: nothing but parsed headers lies between them. */
function joinInPlace(first: Buffer, second: Buffer): Buffer {
  const joined = Buffer.from(first.buffer, first.byteOffset, first.length + second.length);
  second.copy(joined, first.length);
  return joined;
}
