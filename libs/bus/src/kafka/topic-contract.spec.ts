import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBus } from '../open-bus.js';
import { GROUP, Room } from '../testing/bus-world.js';
import { kafkaInReach, kafkaWorld } from '../testing/kafka-world.js';

const ASKED = { groups: [GROUP], tenants: ['t1'] };
const DAY_MS = 86_400_000;

describe.skipIf(!kafkaInReach())('the topic contract', () => {
  let room: Room;
  let prefix: string;
  beforeEach(async () => {
    room = new Room(await kafkaWorld());
    prefix = new URLSearchParams(room.world.url.split('?')[1]).get('topicPrefix') ?? '';
  });
  afterEach(async () => {
    await room.end();
    await room.world.close();
  });

  it.each([
    [
      'partitions',
      { numPartitions: 1, 'retention.ms': String(31 * DAY_MS) },
      'has 1 partitions: raise them to 2',
    ],
    ['retention', { numPartitions: 2, 'retention.ms': String(7 * DAY_MS) }, 'set retention.ms to'],
    [
      'timestamps',
      { numPartitions: 2, 'retention.ms': '-1', 'message.timestamp.type': 'LogAppendTime' },
      'message.timestamp.type=CreateTime',
    ],
    [
      'compaction',
      { numPartitions: 2, 'retention.ms': '-1', 'cleanup.policy': 'compact' },
      'cleanup.policy=delete',
    ],
  ])('refuses-a-topic-with-other-%s', async (_, settings, message) => {
    const { numPartitions, ...configs } = settings;
    const admin = new Kafka({
      brokers: [process.env['SLUICE_TEST_KAFKA'] ?? ''],
      logLevel: logLevel.NOTHING,
    }).admin();
    await admin.connect();
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value: String(value) }));
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: `${prefix}object.sealed`, numPartitions, replicationFactor: 1, configEntries }],
    });
    await admin.disconnect();
    const bus = await room.open();
    const refusal = await bus.ensureTopics(ASKED).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'BUS_TOPIC_CONTRACT', kind: 'fatal' });
    expect(String(refusal)).toContain(message);
  });

  it('refuses-a-single-node-that-does-not-say-so', async () => {
    const bus = await openBus(room.world.url.replace('replication=1&minIsr=1&', ''));
    room.later(() => bus.close());
    const refusal = await bus.ensureTopics(ASKED).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'BUS_TOPIC_CONTRACT' });
    expect(String(refusal)).toContain('replication=1&minIsr=1');
  });

  it('lets-several-services-create-the-topics-at-once', async () => {
    const buses = await Promise.all([room.open(), room.open(), room.open()]);
    await expect(Promise.all(buses.map((bus) => bus.ensureTopics(ASKED)))).resolves.toHaveLength(3);
  });
});
