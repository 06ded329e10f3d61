import { EVENTS, type EventType, type SluiceEvent } from './events/registry.js';
import { SluiceError } from './sluice-error.js';
import { keyOf, topicOf } from './topics.js';

/** A record as it lies on a topic: CloudEvents 1.0, Kafka protocol binding, binary mode. */
export interface EncodedEvent {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Law 1: an event is a claim check; what is longer is an object. */
export const MAX_EVENT_BYTES = 8 * 1024;

/** Printable ASCII without spaces. */
const EVENT_ID = /^[\x21-\x7e]{1,128}$/;
const SOURCE = /^\/sluice\/([a-z][a-z0-9-]{0,31})$/;
/** W3C trace context, level 1. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Checks an event against its schema and gives it its CloudEvents form.
 * @throws SluiceError BUS_EVENT_INVALID when it does not match or exceeds MAX_EVENT_BYTES
 */
export function encodeEvent(event: SluiceEvent): EncodedEvent {
  const parsed = EVENTS[event.type].safeParse(event.data);
  if (!parsed.success) throw invalid(event.type, parsed.error);
  if (!EVENT_ID.test(event.id)) throw new SluiceError('BUS_EVENT_INVALID', { detail: `${event.type}: id` });
  const value = Buffer.from(JSON.stringify(parsed.data));
  if (value.length > MAX_EVENT_BYTES)
    throw new SluiceError('BUS_EVENT_INVALID', { detail: `${event.type} is ${value.length} bytes` });
  return { topic: topicOf(event), key: keyOf(event), value, headers: headersOf(event) };
}

/**
 * Reads a record back.
 * @throws SluiceError BUS_EVENT_INVALID when it is no event of a version that this code knows
 */
export function decodeEvent(record: {
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
}): SluiceEvent {
  const type = record.headers['ce_type'] ?? '';
  if (!Object.hasOwn(EVENTS, type))
    throw new SluiceError('BUS_EVENT_INVALID', { detail: 'unknown event type' });
  const parsed = EVENTS[type as EventType].safeParse(parseJson(record.value));
  if (!parsed.success) throw invalid(type, parsed.error);
  return { ...attributesOf(record.headers), type, data: parsed.data } as SluiceEvent;
}

function attributesOf(
  headers: Readonly<Record<string, string>>,
): Pick<SluiceEvent, 'id' | 'source' | 'time' | 'traceparent'> {
  const { ce_id: id = '', ce_source = '', ce_time: time, traceparent = '' } = headers;
  const source = SOURCE.exec(ce_source)?.[1];
  if (!source || !EVENT_ID.test(id))
    throw new SluiceError('BUS_EVENT_INVALID', { detail: 'ce_id or ce_source is missing or wrong' });
  return { id, source, ...(time && { time }), ...(TRACEPARENT.test(traceparent) && { traceparent }) };
}

function headersOf(event: SluiceEvent): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_type: event.type,
    ce_source: `/sluice/${event.source}`,
    'content-type': 'application/json',
    ...(event.time && { ce_time: event.time }),
    ...(event.traceparent && { traceparent: event.traceparent }),
  };
}

function parseJson(value: Buffer | null): unknown {
  if (!value || value.length > MAX_EVENT_BYTES)
    throw new SluiceError('BUS_EVENT_INVALID', { detail: 'empty or too long' });
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new SluiceError('BUS_EVENT_INVALID', { detail: 'not JSON', cause });
  }
}

/** Names the fields that are wrong, never their values; and only the first step to them, as the next may be a key from the data. */
function invalid(type: string, error: { issues: readonly { path: PropertyKey[] }[] }): SluiceError {
  const fields = new Set(error.issues.map((issue) => String(issue.path[0] ?? 'unknown fields')));
  return new SluiceError('BUS_EVENT_INVALID', { detail: `${type}: ${[...fields].slice(0, 5).join(', ')}` });
}
