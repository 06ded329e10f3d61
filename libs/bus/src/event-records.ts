import { createHash } from 'node:crypto';
import { encodeEvent, isAnalytics, type SluiceEvent } from '@sluice/contracts';
import type { OutgoingRecord } from './log-wire.js';

/**
 * An event as a record. Analytics events lose time and trace and get an id from their own bytes (law 8).
 * @throws SluiceError BUS_EVENT_INVALID
 */
export function recordOf(event: SluiceEvent): OutgoingRecord {
  if (!isAnalytics(event)) return encodeEvent(event);
  const { topic, key, value, headers } = encodeEvent({
    id: '-',
    type: event.type,
    source: event.source,
    data: event.data,
  } as SluiceEvent);
  const id = createHash('sha256').update(value).digest('hex').slice(0, 32);
  return { topic, key, value, headers: { ...headers, ce_id: id }, timestampMs: 0 };
}
