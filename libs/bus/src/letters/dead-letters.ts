import { deadLetterTopic, decodeEvent, retryTopic, SluiceError, type SluiceEvent } from '@sluice/contracts';
import type { DeadLetter, DeadLetters } from '../bus.js';
import type { LogRecord, LogWire } from '../log-wire.js';
import { ATTEMPTS, CODE, ORIGIN_TOPIC, retriedLetter, SETTLED } from './letter-headers.js';

/** More open letters than these are not listed: settle some first. */
const MOST_LETTERS = 10_000;

/** Dead letters of either side: a letter is open until a tombstone with its id follows in the same topic. */
export function deadLettersOn(wire: LogWire): DeadLetters {
  const settle = (group: string, id: string, how: 'retried' | 'discarded') =>
    wire.append([{ topic: deadLetterTopic(group), key: id, value: null, headers: { [SETTLED]: how } }]);
  return {
    list: async (group) =>
      [...(await openLetters(wire, group)).values()].map((record) => letterOf(group, record)),
    retry: async (group, id) => {
      const record = await openLetter(wire, group, id);
      await wire.append([retriedLetter(record, retryTopic(group))]);
      await settle(group, id, 'retried');
    },
    discard: async (group, id) => {
      await openLetter(wire, group, id);
      await settle(group, id, 'discarded');
    },
  };
}

async function openLetters(wire: LogWire, group: string): Promise<Map<string, LogRecord>> {
  const open = new Map<string, LogRecord>();
  await wire.scan(deadLetterTopic(group), (record) => {
    if (record.value === null) open.delete(record.key);
    else if (open.size < MOST_LETTERS) open.set(record.key, record);
  });
  return open;
}

async function openLetter(wire: LogWire, group: string, id: string): Promise<LogRecord> {
  const record = (await openLetters(wire, group)).get(id);
  if (!record) throw new SluiceError('BUS_DEAD_LETTER_MISSING', { detail: `group ${group}` });
  return record;
}

function letterOf(group: string, record: LogRecord): DeadLetter {
  const event = eventOf(record);
  return {
    id: record.key,
    group,
    topic: record.headers[ORIGIN_TOPIC] ?? '',
    code: record.headers[CODE] ?? 'UNEXPECTED',
    at: new Date(record.timestampMs).toISOString(),
    attempts: Number(record.headers[ATTEMPTS] ?? 0),
    ...(event && { event }),
  };
}

function eventOf(record: LogRecord): SluiceEvent | undefined {
  try {
    return decodeEvent(record);
  } catch {
    return undefined;
  }
}
