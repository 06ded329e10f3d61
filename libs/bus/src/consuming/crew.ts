import type { SluiceError } from '@sluice/contracts';
import type { ConsumeOptions, RecordOutcome } from '../bus.js';
import type { OutgoingRecord } from '../log-wire.js';
import { Evidence } from './evidence.js';
import { Slots } from './slots.js';

/** What one member of a group shares between the batches that it works. */
export class Crew {
  readonly slots: Slots;
  /** Of the records that were in hand at a death, no more are in hand at once. */
  readonly watched: Slots;
  readonly evidence = new Evidence();
  readonly backoffMs: number;
  readonly #stop = new AbortController();
  #failed = false;

  constructor(
    readonly options: ConsumeOptions,
    readonly append: (records: readonly OutgoingRecord[]) => Promise<void>,
  ) {
    const concurrency = Math.max(1, options.concurrency ?? 4);
    this.slots = new Slots(concurrency);
    this.watched = new Slots(concurrency);
    this.backoffMs = options.backoffMs ?? 250;
  }

  /** Aborted when no more records are to be taken. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  get failed(): boolean {
    return this.#failed;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** This member can never go on: nothing more is taken or committed, and the process is told once. */
  fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    this.stop();
    quietly(() => this.options.onFatal?.(error));
  }

  report(outcome: RecordOutcome): void {
    quietly(() => this.options.onOutcome?.(outcome));
  }
}

/** What a record ended as: put away, or still to do because the member was asked to stop. */
export type Settlement = 'settled' | 'left';

/** A failed try, and when the first one failed. */
export interface Failure {
  readonly error: SluiceError;
  readonly attempt: number;
  readonly firstFailure: number;
}

/** A listener's own fault must not stop the corridor. */
function quietly(listener: () => void): void {
  try {
    listener();
  } catch {
    return;
  }
}
