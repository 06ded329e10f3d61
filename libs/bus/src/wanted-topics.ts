import { SluiceError } from '@sluice/contracts';
import { parseBusUrl } from './bus-url.js';
import { topicPlans } from './corridor.js';
import { newTopic } from './kafka/topic-contract.js';

/** One topic as Kafka wants to be told of it. */
export interface WantedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * What a cluster must hold for these groups and tenants under a Kafka BUS_URL (law 6): for those who make topics themselves.
 * @throws SluiceError BUS_URL_INVALID
 */
export function wantedTopics(
  url: string,
  options: { readonly groups: readonly string[]; readonly tenants: readonly string[] },
): readonly WantedTopic[] {
  const address = parseBusUrl(url);
  if (address.scheme !== 'kafka') throw new SluiceError('BUS_URL_INVALID', { detail: 'not Kafka' });
  return topicPlans(options).map((plan) => {
    const { topic, numPartitions, replicationFactor, configEntries = [] } = newTopic(plan, address);
    const settings = Object.fromEntries(configEntries.map(({ name, value }) => [name, value]));
    return { name: topic, partitions: numPartitions ?? 1, replication: replicationFactor ?? 1, settings };
  });
}
