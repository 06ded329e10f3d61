import { connect } from 'node:net';
import { Kafka, logLevel, type ISocketFactory } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordOf } from '../event-records.js';
import type { LogRecord } from '../log-wire.js';
import { openWire } from '../open-bus.js';
import { received, Room, TOPIC } from '../testing/bus-world.js';
import { cuttingProxy, type CuttingProxy } from '../testing/cutting-proxy.js';
import { kafkaInReach, kafkaWorld } from '../testing/kafka-world.js';
import { BatchingProducer } from './batching-producer.js';

const broker = process.env['SLUICE_TEST_KAFKA'] ?? '';

describe.skipIf(!kafkaInReach())('the producer', () => {
  let room: Room;
  let proxy: CuttingProxy;
  beforeEach(async () => {
    room = new Room(await kafkaWorld());
    await room.openReady();
    proxy = await cuttingProxy(broker);
  });
  afterEach(async () => {
    await proxy.close();
    await room.end();
    await room.world.close();
  });

  it('loses-nothing-and-keeps-the-order-when-answers-are-lost', async () => {
    const prefix = new URLSearchParams(room.world.url.split('?')[1]).get('topicPrefix') ?? '';
    // The brokers' own addresses lead past the proxy: every connection is led to it instead.
    const socketFactory: ISocketFactory = ({ onConnect }) => connect(proxy.port, '127.0.0.1', onConnect);
    const producer = new BatchingProducer(
      new Kafka({ brokers: [broker], socketFactory, logLevel: logLevel.NOTHING }),
      prefix,
    );
    for (let round = 0; round < 12; round++) {
      if (round % 3 === 1) proxy.loseNextAnswer();
      const events = Array.from({ length: 20 }, (_, index) =>
        received(`event-${round * 20 + index}`, index % 2),
      );
      await Promise.all(events.map((event) => producer.append([recordOf(event)])));
    }
    await producer.close();
    const records = await scan(room);
    const ids = records.map((record) => record.headers['ce_id']);
    expect(proxy.lost()).toBe(4);
    expect(new Set(ids).size).toBe(240);
    for (const key of new Set(records.map((record) => record.key)))
      expect(isInOrder(records.filter((record) => record.key === key))).toBe(true);
  }, 60_000);

  it('says-that-the-corridor-is-unavailable-where-nobody-listens', async () => {
    const { port } = proxy;
    await proxy.close();
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${port}`],
      retry: { retries: 1 },
      logLevel: logLevel.NOTHING,
    });
    const producer = new BatchingProducer(kafka, '');
    await expect(producer.append([recordOf(received('x'))])).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
    });
    proxy = await cuttingProxy(broker);
  });
});

async function scan(room: Room): Promise<LogRecord[]> {
  const wire = await openWire(room.world.url);
  const records: LogRecord[] = [];
  await wire.scan(TOPIC, (record) => records.push(record));
  await wire.close();
  return records;
}

/** Each event's first appearance follows those before it; what came again does not count. */
function isInOrder(records: readonly LogRecord[]): boolean {
  const firsts = [...new Set(records.map((record) => Number(record.headers['ce_id']?.split('-')[1])))];
  return firsts.every((number, index) => index === 0 || number > firsts[index - 1]!);
}
