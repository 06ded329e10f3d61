import { randomBytes } from 'node:crypto';
import type { AuditRecord, ErrorCode } from '@sluice/contracts';

import { eventOf, type NextEvent } from '@sluice/service';

interface Publisher {
  publish(events: readonly NextEvent[]): Promise<void>;
}

/** One refusal: who (a peer's name, or `unknown`), at which door, and why. */
export interface Refusal {
  readonly tenant: string;
  readonly peer: string;
  readonly door: 'dimse' | 'stow';
  readonly code: ErrorCode;
}

/**
 * Sends refusals to the audit trail as events, so that intake needs no database. The first of a kind goes at once; a flood of the
 * same kind becomes one record per window with its count. A refusal always happens, recorded or not.
 */
export class Refusals {
  readonly #bus: Publisher;
  readonly #windowMs: number;
  readonly #held = new Map<string, { refusal: Refusal; count: number; timer: NodeJS.Timeout }>();

  constructor(bus: Publisher, windowMs = 10_000) {
    this.#bus = bus;
    this.#windowMs = windowMs;
  }

  note(refusal: Refusal): void {
    const kind = `${refusal.tenant}/${refusal.peer}/${refusal.door}/${refusal.code}`;
    const held = this.#held.get(kind);
    if (held) {
      held.count += 1;
      return;
    }
    this.#hold(kind, refusal);
    this.#publish(kind, refusal, 1);
  }

  /** Publishes what is held; for shutdown. */
  async close(): Promise<void> {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { timer } of held) clearTimeout(timer);
    const events = held
      .filter(({ count }) => count > 0)
      .map(({ refusal, count }) => refusalEvent(refusal, count));
    if (events.length > 0) await this.#bus.publish(events).catch(() => undefined);
  }

  #hold(kind: string, refusal: Refusal): void {
    const timer = setTimeout(() => this.#release(kind), this.#windowMs);
    this.#held.set(kind, { refusal, count: 0, timer });
  }

  #release(kind: string): void {
    const held = this.#held.get(kind);
    this.#held.delete(kind);
    if (held && held.count > 0) this.#publish(kind, held.refusal, held.count);
  }

  /** What cannot be published now is held for the next window. */
  #publish(kind: string, refusal: Refusal, count: number): void {
    this.#bus.publish([refusalEvent(refusal, count)]).catch(() => {
      if (!this.#held.has(kind)) this.#hold(kind, refusal);
      this.#held.get(kind)!.count += count;
    });
  }
}

function refusalEvent(refusal: Refusal, count: number): NextEvent<'audit.recorded.v1'> {
  const data: AuditRecord = {
    id: randomBytes(16).toString('hex'),
    at: new Date().toISOString(),
    tenant: refusal.tenant,
    actor: { kind: 'peer', name: refusal.peer },
    action: 'refuse',
    subject: { door: refusal.door, count: String(count) },
    outcome: 'refused',
    code: refusal.code,
  };
  return eventOf('audit.recorded.v1', { id: data.id, data });
}
