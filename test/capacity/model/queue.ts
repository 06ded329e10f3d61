/** What came at one time on one topic. */
interface Parcel {
  readonly topic: string;
  readonly at: number;
  count: number;
}

/** Counts by topic. */
export type Counts = ReadonlyMap<string, number>;

/** Who came first leaves first, whatever the topic. Counts may be fractions; time is in seconds. */
export class Queue {
  #parcels: Parcel[] = [];
  #head = 0;
  #waiting = new Map<string, number>();

  come(at: number, arrivals: Counts): void {
    for (const [topic, count] of arrivals) {
      if (count <= 0) continue;
      this.#parcels.push({ topic, at, count });
      this.#waiting.set(topic, (this.#waiting.get(topic) ?? 0) + count);
    }
  }

  /** Takes so many out; says of which topics they were. */
  leave(count: number): Map<string, number> {
    const left = new Map<string, number>();
    let open = count;
    while (open > 0 && this.#head < this.#parcels.length) {
      const parcel = this.#parcels[this.#head]!;
      const taken = Math.min(open, parcel.count);
      left.set(parcel.topic, (left.get(parcel.topic) ?? 0) + taken);
      parcel.count -= taken;
      open -= taken;
      if (parcel.count > 1e-9) break;
      this.#head += 1;
    }
    for (const [topic, taken] of left) this.#waiting.set(topic, (this.#waiting.get(topic) ?? 0) - taken);
    this.#forget();
    return left;
  }

  get total(): number {
    return [...this.#waiting.values()].reduce((sum, each) => sum + Math.max(0, each), 0);
  }

  get waiting(): Counts {
    return this.#waiting;
  }

  /** Age at `now` of the oldest that waits; 0 when none does. */
  age(now: number): number {
    const oldest = this.#parcels[this.#head];
    return oldest ? now - oldest.at : 0;
  }

  #forget(): void {
    if (this.#head < 10_000) return;
    this.#parcels = this.#parcels.slice(this.#head);
    this.#head = 0;
  }
}
