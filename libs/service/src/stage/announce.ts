import type { Bus } from '@sluice/bus';
import type { SluiceEvent } from '@sluice/contracts';
import type { Host } from '../host.js';
import type { NextEvent } from './define-stage.js';
import { completeEvent } from './event-of.js';

/** Publishes outside a handler (a sender's edge, a timer): fills the events in and makes a span. Resolves when they are durable. */
export function announce(host: Host, bus: Pick<Bus, 'publish'>, events: readonly NextEvent[]): Promise<void> {
  const parent = events.find((event) => event.traceparent)?.traceparent;
  return host.traces.span(
    { name: 'publish', kind: 'producer', parent, attributes: { count: events.length } },
    (traceparent) => bus.publish(events.map((event) => completeEvent(host.name, event, traceparent))),
  );
}

/** The events that a handler returned, each with a span of its own, which is what their consumers continue. */
export function announced(host: Host, events: readonly NextEvent[]): Promise<readonly SluiceEvent[]> {
  return Promise.all(
    events.map((event) =>
      host.traces.span(
        {
          name: `create ${event.type}`,
          kind: 'producer',
          attributes: { eventType: event.type, eventId: event.id },
        },
        (traceparent) => Promise.resolve(completeEvent(host.name, event, traceparent)),
      ),
    ),
  );
}
