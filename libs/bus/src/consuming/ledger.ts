import type { Batch, LogRecord } from '../log-wire.js';

/** Commits are sent at most so often while a batch is worked, and once at its end. */
const COMMIT_EVERY_MS = 500;

/** Which records of a batch are settled; commits only what is settled without a gap. */
export class Ledger {
  readonly #settled = new Set<LogRecord>();
  #reached = 0;
  #committed = 0;
  #committing: Promise<void> = Promise.resolve();
  #lastCommit = performance.now();

  constructor(readonly batch: Batch) {}

  settle(record: LogRecord): void {
    this.#settled.add(record);
    const { records } = this.batch;
    for (let next = records[this.#reached]; next && this.#settled.has(next); next = records[this.#reached])
      this.#reached += 1;
    if (performance.now() - this.#lastCommit < COMMIT_EVERY_MS) return;
    this.#lastCommit = performance.now();
    this.commit().catch(() => undefined);
  }

  has(record: LogRecord): boolean {
    return this.#settled.has(record);
  }

  /** Records still to do, in order. */
  rest(): LogRecord[] {
    return this.batch.records.slice(this.#reached).filter((record) => !this.#settled.has(record));
  }

  /** Commits one after the other; a failed one is made up for by the next. */
  commit(): Promise<void> {
    const attempt = this.#committing.catch(() => undefined).then(() => this.#commitNow());
    this.#committing = attempt;
    return attempt;
  }

  async #commitNow(): Promise<void> {
    const reached = this.#reached;
    const last = this.batch.records[reached - 1];
    if (!last || reached <= this.#committed) return;
    await this.batch.commit(last.offset + 1n);
    this.#committed = reached;
  }
}
