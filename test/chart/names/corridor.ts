import { ANALYTICS_TYPES, CORRIDOR_RETENTION_DAYS, deidTopic } from '@sluice/contracts';
import type { Manifest } from '../ground/chart.ts';
import { CORRIDOR, GROUPS, topicsHeardBy } from './rooms.js';
import { roomOf } from './workloads.js';

const DAY_MS = 86_400_000;

interface Rule {
  readonly operations: readonly string[];
  readonly resource: { readonly type: string; readonly name?: string; readonly patternType?: string };
}

/** What of topics and groups (KEDA's triggers, Strimzi's objects) is not named as the code names it. */
export function misnamedCorridor(manifests: readonly Manifest[]): string[] {
  const prefix = topicPrefix(manifests);
  const ofKind = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
  const topics = ofKind('KafkaTopic');
  return [
    ...ofKind('ScaledObject').flatMap((each) => triggerProblems(each, prefix)),
    ...topics.flatMap((each) => topicProblems(each, prefix)),
    ...(topics.length > 0 ? missingTopics(topics, prefix) : []),
    ...ofKind('KafkaUser').flatMap((each) => userProblems(each, prefix)),
  ];
}

/** As the workloads' BUS_URL has it. */
function topicPrefix(manifests: readonly Manifest[]): string {
  const env = manifests
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((deployment) => deployment['spec'].template.spec.containers[0].env ?? []);
  const url = (env as { name: string; value?: string }[]).find(({ name }) => name === 'BUS_URL')?.value ?? '';
  return new URLSearchParams(url.split('?')[1]).get('topicPrefix') ?? '';
}

/** A worker is scaled by the lag of its own group, on topics that this group hears. */
function triggerProblems(scaled: Manifest, prefix: string): string[] {
  const room = roomOf(scaled) ?? '';
  const triggers = scaled['spec'].triggers as { type: string; metadata: Record<string, string> }[];
  const kafka = triggers.filter(({ type }) => type === 'kafka' || type === 'apache-kafka');
  return kafka.flatMap(({ metadata: { consumerGroup: group, topic } }) => {
    const say = (problem: string): string => `${scaled.metadata.name}: ${problem}`;
    const heard = topicsHeardBy(room).map((name) => prefix + name);
    return [
      ...(group === prefix + room && GROUPS.includes(room) ? [] : [say(`it watches the group ${group}`)]),
      ...(topic === undefined || heard.includes(topic) ? [] : [say(`${room} does not hear ${topic}`)]),
    ];
  });
}

const nameOf = ({ spec, metadata }: Manifest): string => spec.topicName ?? metadata.name;

function isKnown(topic: string, prefix: string): boolean {
  if (!topic.startsWith(prefix)) return false;
  const name = topic.slice(prefix.length);
  const [, tenant = ''] = name.split('.');
  return CORRIDOR.includes(name) || ANALYTICS_TYPES.some((type) => name === deidTopic(tenant, type));
}

function topicProblems(topic: Manifest, prefix: string): string[] {
  const name = nameOf(topic);
  const config = topic['spec'].config ?? {};
  const say = (problem: string): string => `${topic.metadata.name}: ${problem}`;
  if (!isKnown(name, prefix)) return [say(`the code has no topic ${name}`)];
  const analytics = name.startsWith(`${prefix}deid.`);
  const retention = Number(config['retention.ms']);
  const keeps = retention === -1 || retention >= CORRIDOR_RETENTION_DAYS * DAY_MS;
  return [
    ...(config['cleanup.policy'] === (analytics ? 'compact' : 'delete') ? [] : [say('wrong cleanup.policy')]),
    ...(analytics || keeps ? [] : [say(`it keeps records for ${retention} ms`)]),
  ];
}

function missingTopics(topics: readonly Manifest[], prefix: string): string[] {
  const present = new Set(topics.map(nameOf));
  return CORRIDOR.filter((name) => !present.has(prefix + name)).map((name) => `no KafkaTopic for ${name}`);
}

/** Rights are on topics and groups that there are; a prefix must be that of a family of topics. */
function userProblems(user: Manifest, prefix: string): string[] {
  const rules = (user['spec'].authorization?.acls ?? []) as Rule[];
  return rules
    .filter(({ resource }) => !isReal(resource, prefix))
    .map(({ resource }) => `${user.metadata.name}: there is no ${resource.type} ${resource.name}`);
}

function isReal({ type, name = '', patternType = 'literal' }: Rule['resource'], prefix: string): boolean {
  if (type === 'cluster') return true;
  if (type === 'topic' && patternType === 'prefix') return name.startsWith(`${prefix}deid.`);
  if (type === 'topic') return isKnown(name, prefix);
  if (patternType === 'literal' && isOurs(name, prefix)) return GROUPS.includes(name.slice(prefix.length));
  return !isOurs(name, prefix) || isKnown(name.replace(SCAN, ''), prefix);
}

/** Whoever lists dead letters reads their topic in a group of its own (libs/bus). */
const SCAN = /\.scan\.$/;

/** Readers outside have groups of their own. */
const isOurs = (group: string, prefix: string): boolean =>
  GROUPS.some((name) => group.startsWith(prefix + name));
