import kafkajs, { type Admin, type Consumer, type Kafka } from 'kafkajs';

const TOPIC = 'instance.received';
const GROUP = 'scrubbing';

/** What waits for scrubbing at one moment. */
export interface Lag {
  readonly records: number;
  /** Records that the group has committed so far. */
  readonly worked: number;
  /** Age of the oldest record that waits; 0 when none does. */
  readonly seconds: number;
}

/** A group's lag as Kafka tells it. */
export interface Progress {
  lag(): Promise<Lag>;
  /** Records that were ever written to a topic. */
  ends(topic: string): Promise<number>;
  close(): Promise<void>;
}

/** Opens it on one broker, for topics and groups with `prefix`. */
export async function openProgress(broker: string, prefix: string): Promise<Progress> {
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const writtenAt = new Map<string, number>();
  const topic = prefix + TOPIC;
  const consumer = await noteTimes(kafka, { topic, writtenAt });
  return {
    lag: () => lagOf(admin, { topic, groupId: prefix + GROUP, writtenAt }),
    ends: (name) => endOf(admin, prefix + name),
    close: async () => {
      await consumer.disconnect();
      await admin.disconnect();
    },
  };
}

interface Log {
  readonly topic: string;
  /** Milliseconds by `partition/offset`. */
  readonly writtenAt: Map<string, number>;
}

async function lagOf(admin: Admin, log: Log & { readonly groupId: string }): Promise<Lag> {
  const { topic, groupId, writtenAt } = log;
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const now = Date.now();
  const waiting = ends.map(({ partition, high }) => {
    const at = committed?.partitions.find((each) => each.partition === partition)?.offset ?? '-1';
    const next = Math.max(0, Number(at));
    const oldest = writtenAt.get(`${partition}/${next}`);
    const records = Number(high) - next;
    return {
      worked: next,
      records,
      seconds: records > 0 && oldest !== undefined ? (now - oldest) / 1000 : 0,
    };
  });
  return {
    records: waiting.reduce((sum, { records }) => sum + records, 0),
    worked: waiting.reduce((sum, { worked }) => sum + worked, 0),
    seconds: Math.max(0, ...waiting.map(({ seconds }) => seconds)),
  };
}

/** Takes down when each record of the topic was written, from its beginning on, in a group of its own. */
async function noteTimes(kafka: Kafka, { topic, writtenAt }: Log): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId: `times-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      writtenAt.set(`${partition}/${message.offset}`, Number(message.timestamp));
      return Promise.resolve();
    },
  });
  return consumer;
}

async function endOf(admin: Admin, topic: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.reduce((sum, { high }) => sum + Number(high), 0);
}
