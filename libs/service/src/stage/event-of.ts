import { type EventData, type EventType, isAnalyticsType, type SluiceEvent } from '@sluice/contracts';
import { currentTraceparent } from '../traces/current.js';
import type { NextEvent } from './define-stage.js';

/** What a room says itself; the rest of an event is filled in. */
export interface EventParts<T extends EventType> {
  /** Same cause, same id. */
  readonly id: string;
  readonly data: EventData<T>;
}

/** A next event, in the trace of its cause. `deid.*` carries neither time nor trace (law 8). */
export function eventOf<T extends EventType>(
  type: T,
  parts: EventParts<T>,
  cause?: Pick<SluiceEvent, 'traceparent'>,
): NextEvent<T> {
  const traceparent = isAnalyticsType(type) ? undefined : cause?.traceparent;
  return { type, ...parts, ...(traceparent && { traceparent }) } as NextEvent<T>;
}

/** Fills in source, time and trace, as the publishing room; `traceparent` overrides the event's own. */
export function completeEvent(source: string, next: NextEvent, traceparent?: string): SluiceEvent {
  const { type, id, data } = next;
  if (isAnalyticsType(type)) return { type, id, source, data } as SluiceEvent;
  const trace = traceparent ?? next.traceparent ?? currentTraceparent();
  return {
    type,
    id,
    source: next.source ?? source,
    data,
    time: next.time ?? new Date().toISOString(),
    ...(trace && { traceparent: trace }),
  } as SluiceEvent;
}
