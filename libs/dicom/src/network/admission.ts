import type { Socket } from 'node:net';
import type { AssociateReject } from './pdu/pdu.types.js';

/** Transient, presentation related (PS3.8 Table 9-21). */
const CONGESTION: AssociateReject = { result: 2, source: 3, reason: 1 };
const LOCAL_LIMIT: AssociateReject = { result: 2, source: 3, reason: 2 };

export interface AdmissionLimits {
  readonly maxAssociations: number;
  readonly maxAssociationsPerAddress: number;
  readonly maxPending: number;
  readonly maxPendingPerAddress: number;
}

/**
 * Who may come in. Connections without an association are bounded by closing the oldest: an honest peer sends its request at once,
 * so a crowd of half-open connections displaces itself. Associations are bounded by a transient reject.
 */
export class Admission {
  #draining = false;
  #associations = 0;
  readonly #perAddress = new Map<string, number>();
  /** Oldest first. */
  readonly #pending = new Map<Socket, string>();
  readonly #pendingPerAddress = new Map<string, Set<Socket>>();
  readonly #limits: AdmissionLimits;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** True when no place is left for anybody. */
  get full(): boolean {
    return this.#associations >= this.#limits.maxAssociations;
  }

  get associations(): number {
    return this.#associations;
  }

  /** Notes a new connection; returns the one that must be closed for it. */
  connected(socket: Socket, address: string): Socket | undefined {
    const own = this.#pendingPerAddress.get(address) ?? new Set();
    this.#pendingPerAddress.set(address, own.add(socket));
    this.#pending.set(socket, address);
    if (own.size > this.#limits.maxPendingPerAddress) return own.values().next().value;
    if (this.#pending.size > this.#limits.maxPending) return this.#pending.keys().next().value;
    return undefined;
  }

  /** The connection has its association, or is closed. */
  settled(socket: Socket): void {
    const address = this.#pending.get(socket);
    if (address === undefined) return;
    this.#pending.delete(socket);
    const own = this.#pendingPerAddress.get(address);
    own?.delete(socket);
    if (own?.size === 0) this.#pendingPerAddress.delete(address);
  }

  /** Takes a place for an association, or says why there is none. */
  enter(address: string): AssociateReject | undefined {
    if (this.#draining) return CONGESTION;
    const here = this.#perAddress.get(address) ?? 0;
    if (this.full || here >= this.#limits.maxAssociationsPerAddress) return LOCAL_LIMIT;
    this.#associations += 1;
    this.#perAddress.set(address, here + 1);
    return undefined;
  }

  leave(address: string): void {
    this.#associations -= 1;
    const here = (this.#perAddress.get(address) ?? 1) - 1;
    if (here > 0) this.#perAddress.set(address, here);
    else this.#perAddress.delete(address);
  }

  drain(): void {
    this.#draining = true;
  }
}
