import { open, type FileHandle } from 'node:fs/promises';
import { SluiceError } from '@sluice/contracts';

/** Makes what was committed to one write-ahead log durable. */
export interface WalSync {
  /**
   * Resolves when everything that was committed before the call is durable. Those who ask during a sync share the next. After a sync
   * that failed none succeeds any more. @throws SluiceError DATABASE_UNAVAILABLE
   */
  durable(): Promise<void>;
  /** @throws SluiceError DATABASE_UNAVAILABLE when a sync has failed */
  check(): void;
  close(): Promise<void>;
}

/**
 * The sync that `synchronous = FULL` makes inside each commit, made outside and by the thread pool: the event loop goes on, and many
 * commits share one. The connection itself is set to NORMAL, which writes the log in the same order and syncs it before a checkpoint
 * reuses it. Source: sqlite.org/pragma.html#pragma_synchronous, sqlite.org/wal.html. `file` is the database's; its connection must be open.
 */
export function createWalSync(file: string): WalSync {
  return new SharedSync(`${file}-wal`);
}

class SharedSync implements WalSync {
  #handle: Promise<FileHandle> | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #lost: SluiceError | undefined;
  readonly #log: string;

  constructor(log: string) {
    this.#log = log;
  }

  durable(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running.then(this.#startNext, this.#startNext);
    return this.#next;
  }

  check(): void {
    if (this.#lost) throw this.#lost;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#running, this.#next]);
    const handle = await this.#handle?.catch(() => undefined);
    await handle?.close();
  }

  readonly #startNext = (): Promise<void> => {
    this.#next = undefined;
    return this.#start();
  };

  #start(): Promise<void> {
    const started = this.#sync().finally(() => {
      if (this.#running === started) this.#running = undefined;
    });
    this.#running = started;
    return started;
  }

  async #sync(): Promise<void> {
    this.check();
    const handle = await this.#open();
    try {
      await handle.datasync();
    } catch (cause) {
      // The kernel says once that it lost a page; after that a sync succeeds without it.
      this.#lost = unavailable('the disk lost what was written: check it, then start again', cause);
      throw this.#lost;
    }
  }

  /** The log is there once something was committed, and stays as long as a connection is open. */
  async #open(): Promise<FileHandle> {
    this.#handle ??= open(this.#log, 'r');
    try {
      return await this.#handle;
    } catch (cause) {
      this.#handle = undefined;
      throw unavailable('the write-ahead log is not there', cause);
    }
  }
}

function unavailable(detail: string, cause: unknown): SluiceError {
  return new SluiceError('DATABASE_UNAVAILABLE', { detail, cause });
}
