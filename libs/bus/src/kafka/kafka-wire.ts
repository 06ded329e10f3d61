import type { Admin } from 'kafkajs';
import { SluiceError } from '@sluice/contracts';
import type { BusOptions, KafkaAddress } from '../bus-url.js';
import type { LogWire } from '../log-wire.js';
import { BatchingProducer } from './batching-producer.js';
import { kafkaClient, RETRY } from './kafka-client.js';
import { isTopicMissing, toBusError } from './kafka-errors.js';
import { KafkaMember } from './kafka-member.js';
import { scanTopic } from './scan-topic.js';
import { SharedAdmin } from './shared-admin.js';
import { holdTopicContract, inspectTopics } from './topic-contract.js';

const PROBE_LIMIT_MS = 5_000;

/** The corridor on Kafka. Nothing is connected before it is needed. @throws SluiceError BUS_URL_INVALID */
export function openKafkaWire(address: KafkaAddress, options: BusOptions): LogWire {
  const kafka = kafkaClient(address, options);
  const { topicPrefix } = address;
  const producer = new BatchingProducer(kafka, topicPrefix);
  const admin = new SharedAdmin(kafka);
  const members = new Set<KafkaMember>();
  return {
    append: (records) => producer.append(records),
    join: async (joining) => {
      const consumer = kafka.consumer({ groupId: topicPrefix + joining.group, ...consumerSettings(address) });
      const member = new KafkaMember(consumer, topicPrefix, {
        ...joining,
        silenceLimitMs: 2 * address.sessionTimeoutMs,
      });
      members.add(member);
      await member.join().catch(async (error: unknown) => {
        throw isTopicMissing(error)
          ? await missingOf(
              admin,
              joining.topics.map((topic) => topicPrefix + topic),
            )
          : error;
      });
      return member;
    },
    scan: (topic, visit) => scanIfThere(kafka, admin, { topic, topicPrefix, visit }),
    ensureTopics: (plans) => admin.use((connected) => holdTopicContract(connected, address, plans)),
    inspect: (plans) => admin.use((connected) => inspectTopics(connected, address, plans)),
    lag: (group, topics) => admin.use((connected) => lagOf(connected, { group, topics, topicPrefix })),
    probe: () => probe(admin),
    close: async () => {
      await Promise.all([...members].map((member) => member.leave()));
      await producer.close();
      await admin.close();
    },
  };
}

function consumerSettings(address: KafkaAddress) {
  return {
    sessionTimeout: address.sessionTimeoutMs,
    heartbeatInterval: Math.floor(address.sessionTimeoutMs / 5),
    rebalanceTimeout: 60_000,
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    maxBytesPerPartition: 128 * 1024,
    maxWaitTimeInMs: 200,
    retry: RETRY,
  };
}

/** A room that is not installed has no dead letters. A topic that is refused is not one that is missing: that is thrown. */
async function scanIfThere(
  kafka: Parameters<typeof scanTopic>[0],
  admin: SharedAdmin,
  place: Parameters<typeof scanTopic>[2],
): Promise<void> {
  const physical = place.topicPrefix + place.topic;
  if (!(await admin.use((connected) => isThere(connected, physical)))) return;
  await scanTopic(kafka, admin, place).catch((error: unknown) => {
    throw toBusError(error);
  });
}

/** Asks for the one topic: a list of all leaves out what is refused, and offsets of what is not there take many tries. */
async function isThere(admin: Admin, topic: string): Promise<boolean> {
  try {
    return (await admin.fetchTopicMetadata({ topics: [topic] })).topics.length > 0;
  } catch (error) {
    if (isTopicMissing(error)) return false;
    throw error;
  }
}

async function missingOf(admin: SharedAdmin, topics: readonly string[]): Promise<SluiceError> {
  const present = new Set(await admin.use((connected) => connected.listTopics()));
  return missing(topics.filter((topic) => !present.has(topic)));
}

function missing(topics: readonly string[]): SluiceError {
  return new SluiceError('BUS_TOPIC_CONTRACT', {
    detail: `missing: ${topics.join(', ')}; create the corridor's topics first`,
  });
}

async function lagOf(
  admin: Admin,
  asked: { group: string; topics: readonly string[]; topicPrefix: string },
): Promise<Record<string, number>> {
  const { topicPrefix } = asked;
  const committed = await admin.fetchOffsets({ groupId: topicPrefix + asked.group });
  const existing = new Set(await admin.listTopics());
  const names = new Set([
    ...committed.map(({ topic }) => topic),
    ...asked.topics.map((topic) => topicPrefix + topic),
  ]);
  const lags: Record<string, number> = {};
  for (const name of names) {
    if (!existing.has(name)) continue;
    const positions = new Map(
      committed
        .find(({ topic }) => topic === name)
        ?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]),
    );
    const ends = await admin.fetchTopicOffsets(name);
    lags[name.slice(topicPrefix.length)] = ends.reduce(
      (sum, { partition, high, low }) =>
        sum + behind(positions.get(partition), { high: BigInt(high), low: BigInt(low) }),
      0,
    );
  }
  return lags;
}

/** A group that never committed in a partition starts from its beginning. */
function behind(position: bigint | undefined, { high, low }: { high: bigint; low: bigint }): number {
  const next = position === undefined || position < low ? low : position;
  return next < high ? Number(high - next) : 0;
}

async function probe(admin: SharedAdmin): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new SluiceError('BUS_UNAVAILABLE', { detail: 'no answer' })),
    PROBE_LIMIT_MS,
  );
  const answered = admin.use((connected) => connected.describeCluster());
  answered.catch(() => undefined);
  await Promise.race([answered, late.promise]).finally(() => clearTimeout(timer));
}
