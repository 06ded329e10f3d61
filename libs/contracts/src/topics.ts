import type { AnalyticsType, EventType, SluiceEvent } from './events/registry.js';

/** One topic of the corridor. */
export interface Topic {
  readonly name: string;
  readonly type: EventType;
  /** Who says it, and who listens. */
  readonly from: string;
  readonly to: readonly string[];
}

/** The corridor: every event has one topic, kept at least 30 days. */
export const TOPICS = [
  {
    name: 'instance.received',
    type: 'instance.received.v1',
    from: 'intake',
    to: ['scrubbing', 'inference', 'encryption', 'archival'],
  },
  {
    name: 'instance.scrubbed',
    type: 'instance.scrubbed.v1',
    from: 'scrubbing',
    to: ['inference', 'encryption', 'archival'],
  },
  {
    name: 'instance.quarantined',
    type: 'instance.quarantined.v1',
    from: 'scrubbing',
    to: ['inference', 'encryption', 'archival'],
  },
  {
    name: 'instance.inferred',
    type: 'instance.inferred.v1',
    from: 'inference',
    to: ['encryption', 'archival'],
  },
  { name: 'instance.decided', type: 'instance.decided.v1', from: 'cli', to: ['archival'] },
  { name: 'series.inferred', type: 'series.inferred.v1', from: 'inference', to: [] },
  { name: 'object.sealed', type: 'object.sealed.v1', from: 'encryption', to: ['archival'] },
  { name: 'instance.archived', type: 'instance.archived.v1', from: 'archival', to: [] },
  { name: 'study.archived', type: 'study.archived.v1', from: 'archival', to: [] },
  { name: 'batch.closed', type: 'batch.closed.v1', from: 'intake', to: ['inference', 'archival'] },
  { name: 'audit.recorded', type: 'audit.recorded.v1', from: 'intake', to: ['archival'] },
] as const satisfies readonly Topic[];

/** Days that a corridor topic keeps its records, at the least (law 6). */
export const CORRIDOR_RETENTION_DAYS = 30;

/** What analytics is told, one topic per tenant and type. */
export const ANALYTICS_TYPES = [
  'deid.instance.v1',
  'deid.finding.v1',
] as const satisfies readonly AnalyticsType[];

/** True for what analytics is told (law 8). */
export const isAnalyticsType = (type: EventType): type is AnalyticsType =>
  (ANALYTICS_TYPES as readonly EventType[]).includes(type);
/** The same of an event. */
export const isAnalytics = (event: SluiceEvent): event is SluiceEvent<AnalyticsType> =>
  isAnalyticsType(event.type);

/** Analytics topic of a tenant: compacted, keyed by de-identified SOP Instance UID, readable from outside. */
export const deidTopic = (tenant: string, type: AnalyticsType = 'deid.instance.v1'): string =>
  type.replace(/^deid/, `deid.${tenant}`);

/** Where a group puts a single sick record, to try it again while its partition goes on. */
export const retryTopic = (group: string): string => `${group}.retry`;

/** Where a group puts what will never pass. */
export const deadLetterTopic = (group: string): string => `${group}.dead`;

/** The topic that an event belongs on. */
export function topicOf(event: SluiceEvent): string {
  if (isAnalytics(event)) return deidTopic(event.data.tenant, event.type);
  const topic = TOPICS.find((row) => row.type === event.type);
  if (!topic) throw new Error(`no topic carries ${event.type}`);
  return topic.name;
}

/** The record key: what must stay in order together (law 4). */
export function keyOf(event: SluiceEvent): string {
  switch (event.type) {
    case 'study.archived.v1':
    case 'batch.closed.v1':
    case 'series.inferred.v1':
      return event.data.studyKey;
    case 'audit.recorded.v1':
      return event.data.id;
    case 'deid.instance.v1':
    case 'deid.finding.v1':
      return event.data.SOPInstanceUID;
    default:
      return event.data.instanceKey;
  }
}
