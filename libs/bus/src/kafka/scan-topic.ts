import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { SluiceError } from '@sluice/contracts';
import type { LogRecord } from '../log-wire.js';
import { recordFrom } from './kafka-records.js';
import type { SharedAdmin } from './shared-admin.js';

const LIMIT_MS = 60_000;

interface Place {
  readonly topic: string;
  readonly topicPrefix: string;
}

/** Reads a topic once, from its beginning to its present end, in a group of its own that is deleted afterwards. */
export async function scanTopic(
  kafka: Kafka,
  admin: SharedAdmin,
  place: Place & { visit: (record: LogRecord) => void },
): Promise<void> {
  const physical = place.topicPrefix + place.topic;
  const open = await endsOf(admin, physical);
  if (open.size === 0) return;
  const groupId = `${physical}.scan.${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  const ended = Promise.withResolvers<void>();
  const limit = setTimeout(
    () => ended.reject(new SluiceError('BUS_UNAVAILABLE', { detail: 'a topic cannot be read to its end' })),
    LIMIT_MS,
  );
  try {
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || ended.reject(payload.error));
    await consumer.connect();
    await consumer.subscribe({ topics: [physical], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages)
          place.visit(recordFrom(message, { topic: place.topic, partition: batch.partition }));
        if (BigInt(batch.lastOffset()) + 1n >= (open.get(batch.partition) ?? 0n))
          open.delete(batch.partition);
        if (open.size === 0) ended.resolve();
      },
    });
    await ended.promise;
  } finally {
    clearTimeout(limit);
    await consumer.disconnect().catch(() => undefined);
    await admin.use((connected) => connected.deleteGroups([groupId])).catch(() => undefined);
  }
}

/** Where each partition that holds records ends now. */
async function endsOf(admin: SharedAdmin, topic: string): Promise<Map<number, bigint>> {
  const offsets = await admin.use((connected) => connected.fetchTopicOffsets(topic));
  const filled = offsets.filter(({ high, low }) => BigInt(high) > BigInt(low));
  return new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
}
