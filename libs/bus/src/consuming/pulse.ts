import type { InHandJournal } from '../bus.js';
import type { Batch } from '../log-wire.js';

const HEARTBEAT_EVERY_MS = 1_000;

/** Keeps a batch's membership and its owner's lease alive while it is worked, however long that takes. */
export class Pulse {
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #reason: unknown;

  constructor(batch: Batch, journal: InHandJournal | undefined) {
    this.#timer = setInterval(() => {
      batch.heartbeat().catch((error: unknown) => this.#lose(error));
      journal?.beat().catch(() => undefined);
    }, HEARTBEAT_EVERY_MS);
  }

  /** Aborted when the partition went to another member. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Hands the loss on to the wire, which rejoins. */
  throwIfLost(): void {
    if (this.#lost.signal.aborted) throw this.#reason;
  }

  #lose(error: unknown): void {
    if (this.#lost.signal.aborted) return;
    this.#reason = error;
    this.#lost.abort();
  }
}
