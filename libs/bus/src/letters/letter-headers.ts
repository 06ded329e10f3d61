import { MAX_EVENT_BYTES } from '@sluice/contracts';
import type { LogRecord, OutgoingRecord } from '../log-wire.js';

const OWN = 'x-sluice-';
/** When a record of a retry topic is due, in ms since 1970. */
export const NOT_BEFORE = 'x-sluice-not-before';
/** How a dead letter was settled. */
export const SETTLED = 'x-sluice-settled';
export const CODE = 'x-sluice-code';
export const ATTEMPTS = 'x-sluice-attempts';
export const ORIGIN_TOPIC = 'x-sluice-origin-topic';
export const ORIGIN_PARTITION = 'x-sluice-origin-partition';
export const ORIGIN_OFFSET = 'x-sluice-origin-offset';
export const ORIGIN_KEY = 'x-sluice-origin-key';
/** The dead letter that a person sent back. */
export const RETRIED = 'x-sluice-retried';
/** Given in place of a value that is too long to be an event. */
export const ORIGIN_BYTES = 'x-sluice-origin-bytes';

/** Where a record first lay, also when it comes from a retry topic. */
export const originTopic = (record: LogRecord): string => record.headers[ORIGIN_TOPIC] ?? record.topic;

function originOf(record: LogRecord): Record<string, string> {
  const retried = record.headers[RETRIED];
  return {
    ...(retried && { [RETRIED]: retried }),
    [ORIGIN_TOPIC]: originTopic(record),
    [ORIGIN_PARTITION]: record.headers[ORIGIN_PARTITION] ?? String(record.partition),
    [ORIGIN_OFFSET]: record.headers[ORIGIN_OFFSET] ?? String(record.offset),
  };
}

/** Headers that its sender gave, without ours. Too many or too long ones are no event's: dropped. */
export function sendersHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith(OWN));
  const size = kept.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return size > MAX_EVENT_BYTES ? {} : Object.fromEntries(kept);
}

/** A record on its way to the retry topic. */
export function retryRecord(record: LogRecord, to: { topic: string; notBeforeMs: number }): OutgoingRecord {
  return {
    topic: to.topic,
    key: record.key,
    value: record.value,
    headers: {
      ...sendersHeaders(record.headers),
      ...originOf(record),
      [NOT_BEFORE]: String(to.notBeforeMs),
    },
  };
}

/** A record as a dead letter: what it was, where it lay, why it failed; nothing of the error's text. */
export function deadRecord(
  record: LogRecord,
  why: { topic: string; code: string; attempts: number },
): OutgoingRecord {
  const tooLong = (record.value?.length ?? 0) > MAX_EVENT_BYTES;
  return {
    topic: why.topic,
    key: `${record.topic}-${record.partition}-${record.offset}`,
    value: tooLong ? Buffer.alloc(0) : (record.value ?? Buffer.alloc(0)),
    headers: {
      ...sendersHeaders(record.headers),
      ...originOf(record),
      [ORIGIN_KEY]: record.key.slice(0, 256),
      [CODE]: why.code,
      [ATTEMPTS]: String(why.attempts),
      ...(tooLong && { [ORIGIN_BYTES]: String(record.value?.length) }),
    },
  };
}

/** A dead letter on its way back: due at once, under its first key. */
export function retriedLetter(letter: LogRecord, topic: string): OutgoingRecord {
  const key = letter.headers[ORIGIN_KEY] ?? '';
  const headers = {
    ...sendersHeaders(letter.headers),
    ...originOf(letter),
    [NOT_BEFORE]: '0',
    [RETRIED]: letter.key,
  };
  return { topic, key, value: letter.value, headers };
}
