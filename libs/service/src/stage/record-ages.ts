/** Records between two tries rest for half a minute at most; one that failed and did not come back by then went elsewhere. */
const COMES_BACK_MS = 60_000;

interface InHand {
  readonly topic: string;
  readonly saidAt: number;
  /** Set once a try failed. */
  readonly untilMs?: number;
}

/** How old the oldest work of a stage is, by topic: what `consumer_lag_seconds` says. */
export class RecordAges {
  readonly #inHand = new Map<string, InHand>();
  readonly #waitingSince = new Map<string, number>();

  /** A try begins; `saidAt` (ms since 1970) is when the event was made. */
  begin(topic: string, id: string, saidAt: number): void {
    this.#inHand.set(id, { topic, saidAt });
    this.#waitingSince.delete(topic);
  }

  done(id: string): void {
    this.#inHand.delete(id);
  }

  /** It will be tried again, or buried. */
  failed(id: string, now = Date.now()): void {
    const record = this.#inHand.get(id);
    if (record) this.#inHand.set(id, { ...record, untilMs: now + COMES_BACK_MS });
  }

  /** Age in ms of the oldest in hand; when none is, how long records have been waiting at the looks so far. */
  oldestMs(topic: string, records: number, now = Date.now()): number {
    for (const [id, { untilMs = Infinity }] of this.#inHand) if (untilMs < now) this.#inHand.delete(id);
    const said = [...this.#inHand.values()].filter((record) => record.topic === topic);
    if (said.length > 0) return Math.max(0, now - Math.min(...said.map(({ saidAt }) => saidAt)));
    if (records === 0) {
      this.#waitingSince.delete(topic);
      return 0;
    }
    const since = this.#waitingSince.get(topic) ?? now;
    this.#waitingSince.set(topic, since);
    return now - since;
  }
}
