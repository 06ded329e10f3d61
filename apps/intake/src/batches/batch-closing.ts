import { setTimeout as pause } from 'node:timers/promises';
import { toSluiceError } from '@sluice/contracts';
import type { Log } from '@sluice/service';
import { type Batch, closeBatch, type ClosingDoors, isFull, openBatch } from './batches.js';

const PAUSES_MS = [250, 1_000, 4_000];

/**
 * Closes batches after their senders have gone: tries a few times, then says so in the log by code. Its instances are announced
 * already and a lost closing costs them nothing but the study's early end.
 */
export class BatchClosing {
  readonly #doors: ClosingDoors;
  readonly #log: Pick<Log, 'error'>;
  readonly #pausesMs: readonly number[];
  readonly #pending = new Set<Promise<void>>();

  constructor(doors: ClosingDoors, log: Pick<Log, 'error'>, pausesMs: readonly number[] = PAUSES_MS) {
    this.#doors = doors;
    this.#log = log;
    this.#pausesMs = pausesMs;
  }

  /** Starts to close a batch; a batch that brought nothing has nothing to say. */
  close(batch: Batch): void {
    if (batch.studies.size === 0) return;
    const closing = this.#close(batch).finally(() => this.#pending.delete(closing));
    this.#pending.add(closing);
  }

  /** Closes a batch that is full and makes it a new one, for what still comes. */
  makeRoom(batch: Batch): void {
    if (!isFull(batch)) return;
    this.close({ ...batch });
    Object.assign(batch, openBatch(batch.peer));
  }

  /** Resolves when every batch that was given is announced or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #close(batch: Batch): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await closeBatch(this.#doors, batch);
      } catch (error) {
        const waitMs = this.#pausesMs[tries];
        if (waitMs === undefined || toSluiceError(error).kind === 'permanent')
          return this.#giveUp(batch, error);
        await pause(waitMs * (0.5 + Math.random()));
      }
    }
  }

  #giveUp(batch: Batch, error: unknown): void {
    this.#log.error('a batch was not announced as closed', error, {
      batchKey: batch.key,
      peer: batch.peer.name,
      studies: batch.studies.size,
    });
  }
}
