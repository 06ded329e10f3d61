import { refusalEvent } from '@sluice/audit';
import type { ErrorCode } from '@sluice/contracts';
import type { Log, NextEvent } from '@sluice/service';

/** One refusal: who (a peer's name, or `unknown`), at which door, and why. */
export interface Refusal {
  readonly tenant: string;
  readonly peer: string;
  readonly door: 'dimse' | 'stow';
  readonly code: ErrorCode;
  /** The peer that an unknown caller says to be. */
  readonly claimed?: string | undefined;
}

interface RefusalOptions {
  publish(events: readonly NextEvent[]): Promise<void>;
  readonly log: Pick<Log, 'warn'>;
  /** Counts every one, for metrics. */
  readonly count?: (refusal: Pick<Refusal, 'door' | 'code'>) => void;
  readonly windowMs?: number;
}

const WINDOW_MS = 10_000;

/**
 * Sends refusals to the audit trail as events, so that intake needs no database. The first of a kind goes at once; a flood of the
 * same kind becomes one record per window with its count. A refusal always happens, recorded or not.
 */
export class Refusals {
  readonly #options: RefusalOptions;
  readonly #held = new Map<string, { refusal: Refusal; count: number; timer: NodeJS.Timeout }>();
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: RefusalOptions) {
    this.#options = options;
  }

  note(refusal: Refusal): void {
    const { tenant, peer, door, code, claimed } = refusal;
    this.#options.count?.({ door, code });
    const kind = [tenant, peer, door, code, claimed].join('/');
    const held = this.#held.get(kind);
    if (held) {
      held.count += 1;
      return;
    }
    this.#hold(kind, refusal);
    this.#send(kind, refusal, 1);
  }

  /** Publishes what is held; for shutdown. */
  async close(): Promise<void> {
    for (const kind of [...this.#held.keys()]) this.#release(kind);
    await Promise.all(this.#leaving);
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
  }

  #hold(kind: string, refusal: Refusal): void {
    const timer = setTimeout(() => this.#release(kind), this.#options.windowMs ?? WINDOW_MS);
    this.#held.set(kind, { refusal, count: 0, timer });
  }

  #release(kind: string): void {
    const held = this.#held.get(kind);
    this.#held.delete(kind);
    clearTimeout(held?.timer);
    if (held && held.count > 0) this.#send(kind, held.refusal, held.count);
  }

  #send(kind: string, refusal: Refusal, count: number): void {
    const { code, door, peer } = refusal;
    this.#options.log.warn('refused', { code, door, peer, count });
    const leaving = this.#publish(kind, refusal, count).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  /** What cannot be published now is held for the next window. */
  async #publish(kind: string, refusal: Refusal, count: number): Promise<void> {
    try {
      await this.#options.publish([eventOf(refusal, count)]);
    } catch {
      if (!this.#held.has(kind)) this.#hold(kind, refusal);
      this.#held.get(kind)!.count += count;
    }
  }
}

function eventOf({ tenant, peer, door, code, claimed }: Refusal, count: number): NextEvent {
  return refusalEvent({
    room: 'intake',
    tenant,
    actor: { kind: 'peer', name: peer },
    subject: { door, count: String(count), ...(claimed && { claimed }) },
    code,
  });
}
