import { MAX_EVENT_BYTES } from '@sluice/contracts';
import { RETRIED } from '../letters/letter-headers.js';
import type { LogRecord } from '../log-wire.js';

const DIGEST = /^[0-9a-f]{64}$/;
const WORD = /^[a-z0-9.]{1,64}$/;

/** What a record's deaths are counted under: its content, so that the same content under another event id is known again. */
export interface Identity {
  readonly id: string;
  /** What is forgiven when it passes: a retry by a person starts anew, and clears its content when it passes. */
  readonly forgives: readonly string[];
}

const known = new WeakMap<LogRecord, Identity>();

/** The type and content of a record's event; its id where the event has no content; its place where it is no event. */
export function identityOf(record: LogRecord): Identity {
  const identity = known.get(record) ?? newIdentity(record);
  known.set(record, identity);
  return identity;
}

function newIdentity(record: LogRecord): Identity {
  const content = contentOf(record) ?? eventIdOf(record) ?? placeOf(record);
  const retried = record.headers[RETRIED];
  if (!retried) return { id: content, forgives: [content] };
  const id = `${content}~${retried}`.slice(0, 512);
  return { id, forgives: [id, content] };
}

function contentOf(record: LogRecord): string | undefined {
  const { instanceKey, contentKey, objectKind = 'instance' } = dataOf(record);
  const type = record.headers['ce_type'];
  if (!isLike(WORD, type) || !isLike(WORD, objectKind)) return undefined;
  if (!isLike(DIGEST, instanceKey) || !isLike(DIGEST, contentKey)) return undefined;
  return `${type}/${objectKind}/${instanceKey}/${contentKey}`;
}

function dataOf({ value }: LogRecord): Record<string, unknown> {
  if (!value || value.length > MAX_EVENT_BYTES) return {};
  try {
    return (JSON.parse(value.toString('utf8')) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function eventIdOf(record: LogRecord): string | undefined {
  const id = record.headers['ce_id'];
  return id && id.length <= 128 ? id : undefined;
}

const placeOf = (record: LogRecord): string => `${record.topic}-${record.partition}-${record.offset}`;

const isLike = (pattern: RegExp, value: unknown): value is string =>
  typeof value === 'string' && pattern.test(value);
