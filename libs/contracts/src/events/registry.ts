import type { z } from 'zod';
import { AuditRecordV1 } from './audit.js';
import { InstanceDecidedV1 } from './decision.js';
import { DeidFindingV1, DeidInstanceV1 } from './deid.js';
import { InstanceInferredV1, SeriesInferredV1 } from './inference.js';
import {
  BatchClosedV1,
  InstanceArchivedV1,
  InstanceQuarantinedV1,
  InstanceReceivedV1,
  InstanceScrubbedV1,
  ObjectSealedV1,
  StudyArchivedV1,
} from './instance.js';

/** Every event, by its CloudEvents type. A released version is frozen: a change is a new row. */
export const EVENTS = {
  'instance.received.v1': InstanceReceivedV1,
  'instance.scrubbed.v1': InstanceScrubbedV1,
  'instance.quarantined.v1': InstanceQuarantinedV1,
  'instance.inferred.v1': InstanceInferredV1,
  'series.inferred.v1': SeriesInferredV1,
  'instance.decided.v1': InstanceDecidedV1,
  'object.sealed.v1': ObjectSealedV1,
  'instance.archived.v1': InstanceArchivedV1,
  'study.archived.v1': StudyArchivedV1,
  'batch.closed.v1': BatchClosedV1,
  'audit.recorded.v1': AuditRecordV1,
  'deid.instance.v1': DeidInstanceV1,
  'deid.finding.v1': DeidFindingV1,
} as const;

export type EventType = keyof typeof EVENTS;
/** What analytics is told (law 8): de-identified, without time or trace, on a topic of its tenant. */
export type AnalyticsType = Extract<EventType, `deid.${string}`>;
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]>;

/** An event inside the house; `encodeEvent` gives it its CloudEvents form. */
export type SluiceEvent<T extends EventType = EventType> = {
  [K in T]: {
    /** Same cause, same id: a repeated delivery is recognised by it. At most 128 characters. */
    readonly id: string;
    readonly type: K;
    /** The room that says it. */
    readonly source: string;
    readonly data: EventData<K>;
    /** ISO 8601; never on `deid.*`. */
    readonly time?: string;
    /** W3C trace context; never on `deid.*`. */
    readonly traceparent?: string;
  };
}[T];
