import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, openBus } from '@sluice/bus';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import table from '../../helm/sluice/files/rooms.json' with { type: 'json' };
import { type Manifest, manifestsOf, RELEASE } from './ground/chart.ts';
import { brokerPort, type GuardedKafka, PASSWORD, startGuardedKafka } from './ground/guarded-kafka.ts';
import { programs } from './ground/programs.ts';
import { roomOf } from './names/workloads.js';

const { Kafka, logLevel } = kafkajs;
const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);
const PREFIX = 'sluice.';
const SLOW = 60_000;
/** A record that says nothing. */
const NOTHING: { key: string; value: string | null } = { key: 'k', value: null };
const ROOMS = Object.entries(table.rooms);

describe("each room does its work with the rights of the chart's KafkaUser, and nothing else", () => {
  let folder: string;
  let kafka: GuardedKafka | undefined;
  let manifests: Manifest[];
  const buses: Bus[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-rights-'));
    const { helm } = await programs(['helm'], say);
    const port = await brokerPort();
    const set = [
      `kafka.brokers={127.0.0.1:${port}}`,
      'kafka.tls=false',
      'kafka.ca.secret=',
      'kafka.replication=1',
    ];
    manifests = await manifestsOf({
      helm,
      profile: 'strimzi',
      set: [...set, 'kafka.minIsr=1', 'kafka.partitions=2', ...maxima(2)],
    });
    const users = manifests.filter(({ kind }) => kind === 'KafkaUser').map(({ metadata }) => metadata.name);
    kafka = await startGuardedKafka({ folder, port, users }, say);
    await kafka.apply(manifests);
    // A list of dead letters that is empty is not read in a group.
    const groups = ROOMS.flatMap(([, row]) => ('group' in row ? [row.group] : []));
    await kafka.touch(groups.map((group) => `${PREFIX}${group}.dead`));
    for (const user of users) await hasRights(user);
  }, 15 * 60_000);

  afterAll(async () => {
    for (const bus of buses) await bus.close();
    await kafka?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function busOf(room: string): Promise<Bus> {
    const deployment = manifests.find((each) => each.kind === 'Deployment' && roomOf(each) === room);
    const env = deployment?.['spec'].template.spec.containers[0].env as { name: string; value: string }[];
    const valueOf = (name: string) => env.find((each) => each.name === name)?.value ?? '';
    const bus = await openBus(valueOf('BUS_URL'), {
      clientId: room,
      username: valueOf('KAFKA_USERNAME'),
      password: PASSWORD,
    });
    buses.push(bus);
    return bus;
  }

  function clientOf(user: string): kafkajs.Kafka {
    const sasl = { mechanism: 'scram-sha-512', username: user, password: PASSWORD } as const;
    return new Kafka({
      brokers: [kafka?.broker ?? ''],
      sasl,
      logLevel: logLevel.NOTHING,
      retry: { retries: 3 },
    });
  }

  /** The broker takes new rules over a moment after it has answered: waits until this user sees a topic. */
  async function hasRights(user: string): Promise<void> {
    const admin = clientOf(user).admin();
    await admin.connect();
    try {
      while ((await admin.listTopics()).length === 0) await sleep(50);
    } finally {
      await admin.disconnect();
    }
  }

  async function written(user: string, topic: string, message = NOTHING): Promise<string> {
    const producer = clientOf(user).producer({ allowAutoTopicCreation: false, retry: { retries: 2 } });
    await producer.connect();
    try {
      await producer.send({ topic: PREFIX + topic, acks: -1, messages: [message] });
      return 'written';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await producer.disconnect();
    }
  }

  async function read(user: string, topic: string): Promise<string> {
    const consumer = clientOf(user).consumer({ groupId: `${PREFIX}analytics-research.x` });
    await consumer.connect();
    try {
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      const ended = Promise.withResolvers<string>();
      consumer.on(consumer.events.GROUP_JOIN, () => ended.resolve('joined'));
      consumer.on(consumer.events.CRASH, ({ payload }) => ended.resolve(payload.error.message));
      await consumer.run({ eachBatch: async () => Promise.resolve() });
      return await ended.promise;
    } catch (error) {
      return (error as Error).message;
    } finally {
      await consumer.disconnect();
    }
  }

  it.each(ROOMS)('%s starts, hears, and looks at what it watches', { timeout: SLOW }, async (room, row) => {
    const bus = await busOf(room);
    const groups = 'group' in row ? [row.group] : [];
    await bus.ensureTopics({ groups, tenants: row.makesAnalytics ? ['t1', 't2'] : [] });
    await bus.probe();
    for (const group of groups) {
      const consumption = await bus.consume({ group, topics: row.hears, handler: () => Promise.resolve([]) });
      expect(consumption.ready()).toBe(true);
      expect(Object.keys(await bus.lag(group)).sort()).toEqual([...row.hears, `${group}.retry`].sort());
      await consumption.drain();
    }
    for (const group of settledBy(row)) expect(await bus.deadLetters.list(group)).toEqual([]);
    for (const group of row.watches) {
      expect(await bus.deadLetters.list(group)).toEqual([]);
      expect(Object.keys(await bus.lag(group))).not.toEqual([]);
    }
  });

  it.each(ROOMS)('%s writes what it says, and on no other topic', { timeout: SLOW }, async (room, row) => {
    const user = `${RELEASE}-sluice-${room}-kafka`;
    const own = 'group' in row ? [`${row.group}.retry`, `${row.group}.dead`] : [];
    const settled = settledBy(row).flatMap((group) => [`${group}.retry`, `${group}.dead`]);
    const told = row.tells.map((kind) => `deid.t1.${kind}`);
    for (const topic of [...row.says, ...own, ...settled, ...told])
      expect(await written(user, topic), topic).toBe('written');
    const others = table.topics.filter((topic) => !(row.says as string[]).includes(topic));
    for (const topic of others) expect(await written(user, topic), topic).toMatch(/not authorized/i);
  });

  it('people settle dead letters through the admin door', { timeout: SLOW }, async () => {
    const { deadLetters } = await busOf('admin-door');
    for (const group of settledBy(table.rooms['admin-door'])) {
      for (const key of ['one', 'two'])
        await written(`${RELEASE}-sluice-${group}-kafka`, `${group}.dead`, { key, value: 'no event' });
      expect((await deadLetters.list(group)).map(({ id }) => id).sort()).toEqual(['one', 'two']);
      await deadLetters.retry(group, 'one');
      await deadLetters.discard(group, 'two');
      expect(await deadLetters.list(group)).toEqual([]);
    }
  });

  it('a list that is refused is not an empty one', { timeout: SLOW }, async () => {
    const bus = await busOf('encryption');
    await expect(bus.deadLetters.list('archival')).rejects.toMatchObject({ code: 'BUS_ACCESS_REFUSED' });
    // Nobody has made this one, and nobody but the owner of all knows that.
    await expect(bus.deadLetters.list('nobody')).rejects.toMatchObject({ code: 'BUS_ACCESS_REFUSED' });
  });

  it('a reader of analytics reads its tenant and nothing else', { timeout: SLOW }, async () => {
    const user = `${RELEASE}-sluice-analytics-research`;
    expect(await read(user, `${PREFIX}deid.t1.instance.v1`)).toBe('joined');
    for (const topic of ['deid.t2.instance.v1', 'instance.received'])
      expect(await read(user, PREFIX + topic), topic).toMatch(/not authorized|does not host/i);
    expect(await written(user, 'deid.t1.instance.v1')).toMatch(/not authorized/i);
  });
});

const settledBy = (row: (typeof ROOMS)[number][1]): readonly string[] =>
  'settles' in row ? row.settles : [];

/** A group has no more members than partitions. */
function maxima(most: number): string[] {
  return ['scrubbing', 'inference', 'encryption', 'archival'].map((room) => `${room}.scaling.max=${most}`);
}
