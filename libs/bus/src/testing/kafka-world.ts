import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { BusWorld } from './bus-world.js';

/**
 * False only where tests without backing services were asked for (SLUICE_TEST_UNIT=1).
 * @throws where Kafka is missing: tests that need it fail, they are not skipped
 */
export function kafkaInReach(): boolean {
  if (process.env['SLUICE_TEST_KAFKA']) return true;
  if (process.env['SLUICE_TEST_UNIT'] === '1') return false;
  throw new Error(
    'SLUICE_TEST_KAFKA is not set: start the backing services by `npx sluice stack up` or run through `npm test`.',
  );
}

/** A corridor on the running Kafka, under names of its own. */
export async function kafkaWorld(): Promise<BusWorld> {
  const broker = process.env['SLUICE_TEST_KAFKA'] ?? '';
  const prefix = `t${randomBytes(6).toString('hex')}.`;
  return {
    url: `kafka://${broker}?replication=1&minIsr=1&partitions=2&topicPrefix=${prefix}&sessionTimeoutMs=6000`,
    close: () => deleteTopics(broker, prefix),
  };
}

async function deleteTopics(broker: string, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.disconnect();
}
