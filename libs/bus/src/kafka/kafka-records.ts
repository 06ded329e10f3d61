import type { KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../log-wire.js';

/** A message of kafkajs as a record; a header that came twice counts once. */
export function recordFrom(message: KafkaMessage, place: { topic: string; partition: number }): LogRecord {
  return {
    ...place,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value,
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [name, textOf(value)]),
    ),
    timestampMs: Number(message.timestamp),
  };
}

function textOf(value: Buffer | string | (Buffer | string)[] | undefined): string {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? '' : first.toString('utf8');
}
