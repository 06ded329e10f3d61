import type { Consumer, EachBatchPayload } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '@sluice/contracts';
import type { JoinOptions } from '../log-wire.js';
import { toBusError } from './kafka-errors.js';
import { recordFrom } from './kafka-records.js';

/** kafkajs fetches nothing from a broker while one of its batches is held: longer work goes on with its partition paused. */
const HOLD_MS = 200;
const JOIN_LIMIT_MS = 60_000;

/** One member of a Kafka group. Its partitions are worked independently of each other; kafkajs keeps the heartbeats going. */
export class KafkaMember {
  #joined = false;
  #leaving: Promise<void> | undefined;
  /** Aborted at each rebalance: what is at work then may belong to somebody else. */
  #generation = new AbortController();
  #assignment = new Map<string, readonly number[]>();
  readonly #firstJoin = Promise.withResolvers<void>();
  #lastContactMs = 0;
  readonly #atWork = new Map<string, Promise<void>>();

  constructor(
    readonly consumer: Consumer,
    readonly topicPrefix: string,
    readonly options: JoinOptions & { readonly silenceLimitMs: number },
  ) {
    this.#firstJoin.promise.catch(() => undefined);
  }

  /** False also while the coordinator has not answered for long: the group may have given our partitions away. */
  joined(): boolean {
    return this.#joined && !this.#leaving && Date.now() - this.#lastContactMs < this.options.silenceLimitMs;
  }

  /** @throws SluiceError BUS_UNAVAILABLE, BUS_ACCESS_REFUSED */
  async join(): Promise<void> {
    this.#listen();
    const limit = AbortSignal.timeout(JOIN_LIMIT_MS);
    const late = () =>
      this.#firstJoin.reject(new SluiceError('BUS_UNAVAILABLE', { detail: 'the group cannot be joined' }));
    limit.addEventListener('abort', late, { once: true });
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({
        topics: this.options.topics.map((topic) => this.topicPrefix + topic),
        fromBeginning: true,
      });
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 64,
        eachBatch: (payload) => this.#receive(payload),
      });
      await this.#firstJoin.promise;
    } catch (error) {
      await this.leave();
      throw toBusError(error);
    } finally {
      limit.removeEventListener('abort', late);
    }
  }

  leave(): Promise<void> {
    return (this.#leaving ??= this.#leave());
  }

  async #leave(): Promise<void> {
    this.#pause([...this.#assignment].map(([topic, partitions]) => ({ topic, partitions: [...partitions] })));
    await Promise.all(this.#atWork.values());
    await this.consumer.disconnect().catch(() => undefined);
  }

  #listen(): void {
    const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = this.consumer.events;
    this.consumer.on(HEARTBEAT, () => {
      this.#lastContactMs = Date.now();
    });
    this.consumer.on(REBALANCING, () => this.#newGeneration());
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#newGeneration();
      this.#assignment = new Map(Object.entries(payload.memberAssignment));
      this.#joined = true;
      this.#lastContactMs = Date.now();
      this.#firstJoin.resolve();
    });
    this.consumer.on(CRASH, ({ payload }) => {
      this.#joined = false;
      this.#newGeneration();
      if (payload.restart || this.#leaving) return;
      const cause = toBusError(payload.error);
      const error =
        cause.kind === 'fatal'
          ? cause
          : new SluiceError('BUS_CONSUMER_LOST', { ...(cause.detail && { detail: cause.detail }), cause });
      this.#firstJoin.reject(payload.error);
      this.options.onLost(error);
    });
  }

  #newGeneration(): void {
    this.#generation.abort();
    this.#generation = new AbortController();
  }

  async #receive(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const place = [{ topic, partitions: [partition] }];
    if (this.#leaving) return this.#pause(place);
    const lost = this.#generation.signal;
    const slot = `${topic}/${partition}`;
    const work = (this.#atWork.get(slot) ?? Promise.resolve()).then(() => this.#work(payload, lost));
    this.#atWork.set(slot, work);
    // From here on this member knows where it is; the committed offset follows when the work is done.
    const last = messages.at(-1);
    if (last) payload.resolveOffset(last.offset);
    const done = work.then(() => {
      if (this.#atWork.get(slot) === work) this.#atWork.delete(slot);
    });
    if (await Promise.race([done.then(() => true), sleep(HOLD_MS, false)])) return;
    this.#pause(place);
    void done.then(() => this.#resume(place));
  }

  async #work({ batch }: EachBatchPayload, lost: AbortSignal): Promise<void> {
    const { topic, partition } = batch;
    const place = { topic: topic.slice(this.topicPrefix.length), partition };
    const records = batch.messages.map((message) => recordFrom(message, place));
    const commit = async (next: bigint) => {
      if (!this.#assignment.get(topic)?.includes(partition)) return;
      await this.consumer.commitOffsets([{ topic, partition, offset: next.toString() }]);
    };
    // A commit that failed is made up for by the next one, or the records come again.
    await this.options.work({ ...place, records, lost, commit }).catch(() => undefined);
  }

  #pause(places: { topic: string; partitions: number[] }[]): void {
    try {
      this.consumer.pause(places);
    } catch {
      // kafkajs throws between a crash and its restart, when there is nothing to pause.
      return;
    }
  }

  #resume(places: { topic: string; partitions: number[] }[]): void {
    if (this.#leaving) return;
    try {
      this.consumer.resume(places);
    } catch {
      return;
    }
  }
}
