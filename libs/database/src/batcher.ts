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
  const queue: Waiting<Row, Result>[] = [];
  const maxQueued = options.maxQueuedRows ?? options.maxRows * 100;
  let running: Promise<void> | undefined;
  let closed = false;
  let hurry: (() => void) | undefined;

  const drain = async () => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.maxWaitMs);
      hurry = () => (clearTimeout(timer), resolve());
      if (closed || options.maxWaitMs === 0 || queue.length >= options.maxRows)
        (clearTimeout(timer), setImmediate(resolve));
    });
    while (queue.length > 0) await writeBatch(queue.splice(0, options.maxRows), options.write);
    running = undefined;
  };

  const add = (row: Row) => {
    if (closed || queue.length >= maxQueued) {
      return Promise.reject(
        new SluiceError('DATABASE_UNAVAILABLE', {
          detail: closed ? 'the batcher is closed' : 'too many rows wait to be written',
        }),
      );
    }
    return new Promise<Result>((resolve, reject) => {
      queue.push({ row, resolve, reject });
      running ??= drain();
      if (queue.length >= options.maxRows) hurry?.();
    });
  };

  const close = async () => {
    closed = true;
    hurry?.();
    await running;
  };

  return { add, close };
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
