import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { SluiceError } from '@sluice/contracts';
import type { OutgoingRecord } from '../log-wire.js';
import { RETRY } from './kafka-client.js';
import { toBusError } from './kafka-errors.js';

/** Records that may wait; more are refused, so that a corridor that is down does not fill the memory. */
const MOST_WAITING = 20_000;
/** One request holds no more: a broker takes 1 MiB per partition. */
const FLIGHT_BYTES = 640 * 1024;
const FLIGHT_RECORDS = 2_000;
/** kafkajs has lost answers without settling its promise: after this long a flight has failed. */
const FLIGHT_LIMIT_MS = 60_000;

interface Parcel {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes with acks from all in-sync replicas. Exactly one request is in flight, and what is asked for meanwhile goes together in
 * the next one; the idempotent producer stays off, because with several requests in flight and a lost answer it loses records.
 * A lost answer may double records here, never lose one.
 */
export class BatchingProducer {
  #waiting: Parcel[] = [];
  #waitingRecords = 0;
  #flying: Promise<void> | undefined;
  #producer: Promise<Producer> | undefined;
  #closed = false;

  constructor(
    readonly kafka: Kafka,
    readonly topicPrefix: string,
  ) {}

  /** @throws SluiceError BUS_UNAVAILABLE, BUS_ACCESS_REFUSED */
  async append(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#closed) throw new SluiceError('BUS_UNAVAILABLE', { detail: 'the corridor is closed' });
    if (this.#waitingRecords + records.length > MOST_WAITING)
      throw new SluiceError('BUS_UNAVAILABLE', { detail: 'too many events wait to be sent' });
    const sent = parcelsOf(records).map((parcel) => this.#enqueue(parcel));
    this.#flying ??= this.#fly();
    await Promise.all(sent);
  }

  /** Sends what waits, then hangs up. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flying;
    await this.#drop();
  }

  #enqueue(parcel: { records: readonly OutgoingRecord[]; bytes: number }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ ...parcel, resolve, reject });
    this.#waitingRecords += parcel.records.length;
    return promise;
  }

  async #fly(): Promise<void> {
    // The callers of this turn of the event loop share the first flight.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const parcels = this.#load();
      try {
        await this.#send(parcels.flatMap((parcel) => parcel.records));
        for (const parcel of parcels) parcel.resolve();
      } catch (error) {
        void this.#drop();
        for (const parcel of parcels) parcel.reject(toBusError(error));
      }
    }
    this.#flying = undefined;
  }

  #load(): Parcel[] {
    let count = 0;
    for (let bytes = 0, records = 0; count < this.#waiting.length; count++) {
      const parcel = this.#waiting[count]!;
      bytes += parcel.bytes;
      records += parcel.records.length;
      if (count > 0 && (bytes > FLIGHT_BYTES || records > FLIGHT_RECORDS)) break;
    }
    const parcels = this.#waiting.splice(0, count);
    for (const parcel of parcels) this.#waitingRecords -= parcel.records.length;
    return parcels;
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    const producer = await (this.#producer ??= this.#connect());
    const byTopic = Map.groupBy(records, (record) => record.topic);
    const topicMessages = [...byTopic].map(([topic, group]) => ({
      topic: this.topicPrefix + topic,
      messages: group.map(messageOf),
    }));
    const timer = Promise.withResolvers<never>();
    const timeout = setTimeout(
      () => timer.reject(new SluiceError('BUS_UNAVAILABLE', { detail: 'no answer' })),
      FLIGHT_LIMIT_MS,
    );
    const sent = producer.sendBatch({ acks: -1, timeout: 8_000, topicMessages });
    await Promise.race([sent, timer.promise]).finally(() => clearTimeout(timeout));
  }

  async #connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      metadataMaxAge: 60_000,
      retry: RETRY,
    });
    await producer.connect();
    return producer;
  }

  /** After a final error the connections and their state are not trusted any more. */
  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }
}

function parcelsOf(records: readonly OutgoingRecord[]): { records: OutgoingRecord[]; bytes: number }[] {
  const parcels: { records: OutgoingRecord[]; bytes: number }[] = [];
  for (const record of records) {
    const bytes = sizeOf(record);
    const last = parcels.at(-1);
    if (!last || last.bytes + bytes > FLIGHT_BYTES) parcels.push({ records: [record], bytes });
    else {
      last.records.push(record);
      last.bytes += bytes;
    }
  }
  return parcels;
}

function sizeOf(record: OutgoingRecord): number {
  const headers = Object.entries(record.headers).reduce(
    (sum, [name, value]) => sum + name.length + value.length + 4,
    0,
  );
  return 32 + record.key.length + (record.value?.length ?? 0) + headers;
}

function messageOf(record: OutgoingRecord) {
  const { key, value, headers, timestampMs } = record;
  return {
    key,
    value,
    headers: { ...headers },
    ...(timestampMs !== undefined && { timestamp: String(timestampMs) }),
  };
}
