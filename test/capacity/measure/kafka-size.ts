import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { Ground } from './ground.ts';

/** Records and bytes that were ever written to the installation's topics, offsets of groups apart. */
export async function kafkaSize({
  stack,
  kafkaData,
  topicPrefix,
}: Pick<Ground, 'stack' | 'kafkaData' | 'topicPrefix'>): Promise<{ records: number; bytes: number }> {
  const broker = stack.env['SLUICE_TEST_KAFKA'] ?? '';
  const admin = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(topicPrefix));
  const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
  await admin.disconnect();
  const records = ends.flat().reduce((sum, { high }) => sum + Number(high), 0);
  const folders = readdirSync(kafkaData).filter((name) => name.startsWith(topicPrefix));
  const bytes = folders.reduce((sum, name) => sum + logBytes(join(kafkaData, name)), 0);
  return { records, bytes };
}

function logBytes(folder: string): number {
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  return logs.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
