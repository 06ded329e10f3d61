import { SluiceError } from '@sluice/contracts';

export interface TurnLimits {
  /** Instances in flight, of all peers; one peer gets half of them at most. */
  readonly inFlight: number;
  /** Longest wait for a turn, ms. */
  readonly waitMs: number;
}

interface Waiter {
  readonly peer: string;
  go(): void;
}

/** Instances of one peer that wait at once; its next is refused at once. */
const MAX_WAITING_OF_PEER = 256;

/**
 * Who may store now. An instance that finds no room waits, its bytes with the sender. First come, first served, but for a peer that
 * has its share: the next of another one goes before it.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #inFlightOfPeer = new Map<string, number>();
  readonly #waiting = new Set<Waiter>();
  #inFlight = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Runs `work` as one of the peer's instances in flight. @throws SluiceError INTAKE_OUT_OF_RESOURCES when its turn does not come in time */
  async within<T>(peer: string, work: () => Promise<T>): Promise<T> {
    if (this.#hasRoom(peer)) this.#enter(peer);
    else await this.#turn(peer);
    try {
      return await work();
    } finally {
      this.#leave(peer);
    }
  }

  async #turn(peer: string): Promise<void> {
    const before = [...this.#waiting].filter((waiter) => waiter.peer === peer).length;
    if (before >= MAX_WAITING_OF_PEER) throw full();
    const turn = Promise.withResolvers<void>();
    const waiter = { peer, go: turn.resolve };
    this.#waiting.add(waiter);
    const late = () => this.#waiting.delete(waiter) && turn.reject(full());
    const timer = setTimeout(late, this.#limits.waitMs);
    await turn.promise.finally(() => clearTimeout(timer));
  }

  #hasRoom(peer: string): boolean {
    const share = Math.ceil(this.#limits.inFlight / 2);
    return this.#inFlight < this.#limits.inFlight && (this.#inFlightOfPeer.get(peer) ?? 0) < share;
  }

  #enter(peer: string): void {
    this.#inFlight += 1;
    this.#inFlightOfPeer.set(peer, (this.#inFlightOfPeer.get(peer) ?? 0) + 1);
  }

  #leave(peer: string): void {
    this.#inFlight -= 1;
    const left = (this.#inFlightOfPeer.get(peer) ?? 1) - 1;
    if (left > 0) this.#inFlightOfPeer.set(peer, left);
    else this.#inFlightOfPeer.delete(peer);
    this.#next();
  }

  /** Its place is taken here and not when it wakes up, or one that comes in between would have it too. */
  #next(): void {
    for (const waiter of this.#waiting) {
      if (!this.#hasRoom(waiter.peer)) continue;
      this.#waiting.delete(waiter);
      this.#enter(waiter.peer);
      return waiter.go();
    }
  }
}

const full = () => new SluiceError('INTAKE_OUT_OF_RESOURCES', { detail: 'too many instances in flight' });
