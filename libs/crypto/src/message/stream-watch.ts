import type { Duplex } from 'node:stream';

/**
 * Hears everything that a stream says, for as long as it lives: no error of it goes unheard, none is lost between two waits. Chunks
 * are taken as they come, because `read()` copies those that wait into one; they are no more than one written part makes.
 */
export class StreamWatch {
  private readonly chunks: Buffer[] = [];
  private failure: { readonly error: unknown } | undefined;
  private ended = false;
  private changed = false;
  private wake: () => void = () => {};

  constructor(stream: Duplex) {
    stream.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.ring();
    });
    stream.on('error', (error) => this.fail(error));
    stream.on('close', () => this.ended || this.fail(new Error('closed before its end')));
    stream.on('end', () => {
      this.ended = true;
      this.ring();
    });
  }

  /** What came out first and was not taken. */
  shift(): Buffer | undefined {
    return this.chunks.shift();
  }

  hasEnded(): boolean {
    return this.ended;
  }

  throwIfFailed(): void {
    if (this.failure) throw this.failure.error;
  }

  /** Resolves when anything happened since it last did. */
  async change(): Promise<void> {
    if (!this.changed) await new Promise<void>((resolve) => (this.wake = resolve));
    this.changed = false;
  }

  /** Something else that counts as a change. */
  ring(): void {
    this.changed = true;
    this.wake();
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.ring();
  }
}
