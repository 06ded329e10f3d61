import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBus } from './check-bus.js';
import { GROUP, Room } from './testing/bus-world.js';
import { kafkaInReach, kafkaWorld } from './testing/kafka-world.js';

const ASKED = { groups: [GROUP], tenants: ['t1'] };

it('finds nothing red in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  const findings = await checkBus(`embedded:${folder}`, {}, ASKED);
  expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual(['reachable ok', 'topics ok']);
  await rm(folder, { recursive: true });
});

it('says what to do where no broker answers, and nothing more', { timeout: 60_000 }, async () => {
  const findings = await checkBus('kafka://127.0.0.1:1', {}, ASKED);
  expect(findings).toMatchObject([{ check: 'reachable', state: 'bad' }]);
  expect(findings[0]?.fix).toContain('BUS_URL');
});

describe.skipIf(!kafkaInReach())('the check-up of Kafka', () => {
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

  it('names the topics that are missing and creates none; then finds nothing red', async () => {
    const before = await checkBus(room.world.url, {}, ASKED);
    const missing = before.find(({ check }) => check === 'topics');
    expect(missing?.state).toBe('bad');
    expect(missing?.found).toContain(`${prefix}instance.received`);
    expect(missing?.found).toContain(`${prefix}${GROUP}.dead`);
    expect((await checkBus(room.world.url, {}, ASKED)).find(({ check }) => check === 'topics')).toEqual(
      missing,
    );
    await (await room.open()).ensureTopics(ASKED);
    const after = await checkBus(room.world.url, {}, ASKED);
    expect(after.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'reachable ok',
      'brokers note',
      'topics ok',
    ]);
  });

  it('has a row for each topic that breaks the contract', async () => {
    const admin = new Kafka({
      brokers: [process.env['SLUICE_TEST_KAFKA'] ?? ''],
      logLevel: logLevel.NOTHING,
    }).admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        { topic: `${prefix}object.sealed`, numPartitions: 1, replicationFactor: 1 },
        {
          topic: `${prefix}study.archived`,
          numPartitions: 2,
          replicationFactor: 1,
          configEntries: [{ name: 'retention.ms', value: '1000' }],
        },
      ],
    });
    await admin.disconnect();
    await expect
      .poll(async () =>
        (await checkBus(room.world.url, {}, ASKED)).filter(({ check }) => check === 'topic contract'),
      )
      .toMatchObject([
        {
          state: 'bad',
          found: `topic ${prefix}object.sealed has 1 partitions`,
          fix: expect.stringContaining('raise them to 2'),
        },
        {
          state: 'bad',
          found: `topic ${prefix}study.archived keeps records for 1000 ms`,
          fix: expect.stringContaining('set retention.ms'),
        },
      ]);
  });

  it('says that replication is more than there are brokers', async () => {
    const url = room.world.url.replace('replication=1&minIsr=1&', '');
    const findings = await checkBus(url, {}, ASKED);
    expect(findings.find(({ check }) => check === 'brokers')).toMatchObject({
      state: 'bad',
      found: '1 for replication 3',
    });
  });
});
