import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig, type ITopicMetadata } from 'kafkajs';
import { CORRIDOR_RETENTION_DAYS, SluiceError } from '@sluice/contracts';
import type { KafkaAddress } from '../bus-url.js';
import type { TopicInspection, TopicPlan } from '../log-wire.js';
import { isPassing, isTopicMissing } from './kafka-errors.js';

const RETENTION_MS = CORRIDOR_RETENTION_DAYS * 86_400_000;
/** New topics keep a day more than the contract asks, so that the contract holds at its edge. */
const NEW_RETENTION_MS = RETENTION_MS + 86_400_000;
const FEW_PARTITIONS = 3;
const LEADERS_LIMIT_MS = 30_000;

type Settings = Readonly<Record<string, string>>;

/**
 * Creates the topics that are missing and checks all: partitions, replicas, min ISR, retention (law 6).
 * @throws SluiceError BUS_TOPIC_CONTRACT, saying which topic and what to do
 */
export async function holdTopicContract(
  admin: Admin,
  address: KafkaAddress,
  plans: readonly TopicPlan[],
): Promise<void> {
  const present = new Set(await admin.listTopics());
  const nameOf = (plan: TopicPlan) => address.topicPrefix + plan.name;
  const missing = plans.filter((plan) => !present.has(nameOf(plan)));
  const brokers = (await admin.describeCluster()).brokers.length;
  if (brokers < address.replication)
    throw broken(
      `the cluster has ${brokers} broker(s), replication ${address.replication} is asked for: a single node must say replication=1&minIsr=1 in BUS_URL`,
    );
  if (missing.length > 0)
    await createTopics(
      admin,
      missing.map((plan) => newTopic(plan, address)),
    );
  const [first] = await brokenTopics(admin, address, plans);
  if (first) throw broken(first);
}

/** Several services may create them at once: a topic that is there already is no error, and is checked like the others. */
async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, timeout: 30_000, topics });
  const names = topics.map(({ topic }) => topic);
  // kafkajs's own waiting fails where a new topic is not yet known to the broker that it asks.
  for (const end = Date.now() + LEADERS_LIMIT_MS; !(await haveLeaders(admin, names)); await sleep(50)) {
    if (Date.now() > end)
      throw new SluiceError('BUS_UNAVAILABLE', { detail: 'new topics have no leader yet' });
  }
}

async function haveLeaders(admin: Admin, names: string[]): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    if (
      !topics.every(
        (topic) =>
          topic.partitions.length > 0 && topic.partitions.every((partition) => partition.leader >= 0),
      )
    )
      return false;
    // A leader that does not know yet that it is one refuses the first records, and kafkajs then doubles those of its other partitions.
    await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
    return true;
  } catch (error) {
    if (isTopicMissing(error) || isPassing(error)) return false;
    throw error;
  }
}

/** What a topic is made as; also for those who make topics themselves. */
export function newTopic(plan: TopicPlan, address: KafkaAddress): ITopicConfig {
  const settings: Settings = {
    'min.insync.replicas': String(address.minIsr),
    'message.timestamp.type': 'CreateTime',
    ...(plan.kind === 'analytics'
      ? { 'cleanup.policy': 'compact' }
      : { 'cleanup.policy': 'delete', 'retention.ms': String(NEW_RETENTION_MS) }),
  };
  return {
    topic: address.topicPrefix + plan.name,
    numPartitions: partitionsOf(plan, address),
    replicationFactor: address.replication,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  };
}

function partitionsOf(plan: TopicPlan, address: KafkaAddress): number {
  if (plan.kind === 'dead') return 1;
  return plan.kind === 'corridor' ? address.partitions : Math.min(FEW_PARTITIONS, address.partitions);
}

/** What the cluster lacks of the contract, a sentence each with what to do; creates nothing. */
export async function inspectTopics(
  admin: Admin,
  address: KafkaAddress,
  plans: readonly TopicPlan[],
): Promise<TopicInspection> {
  const present = new Set(await admin.listTopics());
  const there = plans.filter((plan) => present.has(address.topicPrefix + plan.name));
  const { brokers } = await admin.describeCluster();
  return {
    brokers: brokers.length,
    topics: there.length,
    missing: plans.filter((plan) => !there.includes(plan)).map((plan) => address.topicPrefix + plan.name),
    broken: there.length === 0 ? [] : await brokenTopics(admin, address, there),
  };
}

async function brokenTopics(
  admin: Admin,
  address: KafkaAddress,
  plans: readonly TopicPlan[],
): Promise<string[]> {
  const names = plans.map((plan) => address.topicPrefix + plan.name);
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return plans.flatMap((plan) => {
    const name = address.topicPrefix + plan.name;
    const metadata = topics.find((topic) => topic.name === name);
    const entries = resources.find((resource) => resource.resourceName === name)?.configEntries ?? [];
    const settings = Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue]));
    const problem = metadata && problemOf(plan, address, { metadata, settings });
    return problem ? [`topic ${name} ${problem}`] : [];
  });
}

function problemOf(
  plan: TopicPlan,
  address: KafkaAddress,
  found: { metadata: ITopicMetadata; settings: Settings },
): string | undefined {
  const { metadata, settings } = found;
  const wanted = partitionsOf(plan, address);
  if (metadata.partitions.length < wanted)
    return `has ${metadata.partitions.length} partitions: raise them to ${wanted}, or set partitions in BUS_URL`;
  const replicas = Math.min(...metadata.partitions.map((partition) => partition.replicas.length));
  if (replicas < address.replication)
    return `has ${replicas} replica(s) of ${address.replication}: reassign it, or say replication in BUS_URL`;
  const minIsr = Number(settings['min.insync.replicas']);
  if (minIsr < address.minIsr) return `has min.insync.replicas ${minIsr}: set it to ${address.minIsr}`;
  if (settings['message.timestamp.type'] !== 'CreateTime')
    return 'must have message.timestamp.type=CreateTime';
  const policy = settings['cleanup.policy'];
  if (plan.kind === 'analytics') {
    if (policy !== 'compact') return 'must have cleanup.policy=compact';
    return undefined;
  }
  if (policy !== 'delete') return 'must have cleanup.policy=delete';
  const retentionMs = Number(settings['retention.ms']);
  if (retentionMs !== -1 && retentionMs < RETENTION_MS)
    return `keeps records for ${retentionMs} ms: set retention.ms to ${NEW_RETENTION_MS}`;
  const retentionBytes = Number(settings['retention.bytes']);
  if (retentionBytes !== -1) return 'limits its size: set retention.bytes to -1';
  return undefined;
}

function broken(detail: string): SluiceError {
  return new SluiceError('BUS_TOPIC_CONTRACT', { detail });
}
