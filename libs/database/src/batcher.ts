import { isSluiceError, SluiceError } from '@sluice/contracts';

/** How a batcher gathers, and what it does with a batch. */
export interface BatcherOptions<Row, Result> {
  /** Most rows of one write. */
  readonly maxRows: number;
  /** How long the first row of an idle batcher waits for company; 0 waits only for rows of the same turn. */
  readonly maxWaitMs: number;
  /** Most rows that may wait; more are refused as DATABASE_UNAVAILABLE. Default 100 batches. */
  readonly maxQueuedRows?: number;
  /** Writes all rows or none (one statement or one transaction) and answers, in their order, what each `add` resolves to. */
  readonly write: (rows: readonly Row[]) => Promise<readonly Result[] | void>;
}

/** Gathers concurrent single rows. */
export interface Batcher<Row, Result> {
  /** Resolves after the commit of the batch that held the row. */
  add(row: Row): Promise<Result>;
  /** Refuses new rows and waits for those at hand. */
  close(): Promise<void>;
}

interface Waiting<Row, Result> {
  readonly row: Row;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: rows that come while a write is under way share the next one, so that many callers pay one fsync. One write at a
 * time, in order. A write that fails for another reason than an ill database is tried row by row: only the guilty row fails.
 */
export function createBatcher<Row, Result = void>(
  options: BatcherOptions<Row, Result>,
): Batcher<Row, Result> {
  return new GroupCommit(options);
}

class GroupCommit<Row, Result> implements Batcher<Row, Result> {
  readonly #queue: Waiting<Row, Result>[] = [];
  readonly #options: BatcherOptions<Row, Result>;
  readonly #maxQueued: number;
  #running: Promise<void> | undefined;
  #closed = false;
  #hurry: (() => void) | undefined;

  constructor(options: BatcherOptions<Row, Result>) {
    this.#options = options;
    this.#maxQueued = options.maxQueuedRows ?? options.maxRows * 100;
  }

  add(row: Row): Promise<Result> {
    if (this.#closed || this.#queue.length >= this.#maxQueued) {
      const detail = this.#closed ? 'the batcher is closed' : 'too many rows wait to be written';
      return Promise.reject(new SluiceError('DATABASE_UNAVAILABLE', { detail }));
    }
    return new Promise<Result>((resolve, reject) => {
      this.#queue.push({ row, resolve, reject });
      this.#running ??= this.#drain();
      if (this.#queue.length >= this.#options.maxRows) this.#hurry?.();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#hurry?.();
    await this.#running;
  }

  async #drain(): Promise<void> {
    await this.#company();
    const { maxRows, write } = this.#options;
    while (this.#queue.length > 0) await writeBatch(this.#queue.splice(0, maxRows), write);
    this.#running = undefined;
  }

  /** Waits for more rows, until there are enough or somebody is in a hurry. */
  #company(): Promise<void> {
    const { maxRows, maxWaitMs } = this.#options;
    if (this.#closed || maxWaitMs === 0 || this.#queue.length >= maxRows) {
      return new Promise((resolve) => setImmediate(resolve));
    }
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, maxWaitMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function writeBatch<Row, Result>(
  batch: readonly Waiting<Row, Result>[],
  write: BatcherOptions<Row, Result>['write'],
): Promise<void> {
  try {
    const results = (await write(batch.map(({ row }) => row))) ?? [];
    batch.forEach(({ resolve }, at) => resolve(results[at] as Result));
  } catch (error) {
    const alone = batch.length === 1 || (isSluiceError(error) && error.kind !== 'permanent');
    if (alone) return batch.forEach(({ reject }) => reject(error));
    for (const one of batch) await writeBatch([one], write);
  }
}
