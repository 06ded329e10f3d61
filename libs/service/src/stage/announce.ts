import type { Bus } from '@sluice/bus';
import type { SluiceEvent } from '@sluice/contracts';
import type { Host } from '../host.js';
import type { NextEvent } from './define-stage.js';
import { completeEvent } from './event-of.js';

/**
 * Publishes outside a handler (a sender's edge, a timer): fills the events in and makes spans. Events that bring a trace go on in it,
 * each in its own; the others share one. Resolves when they are durable.
 */
export function announce(host: Host, bus: Pick<Bus, 'publish'>, events: readonly NextEvent[]): Promise<void> {
  const first = events[0]?.traceparent;
  const isOneTrace = events.every(({ traceparent }) => traceparent === first);
  return host.traces.span(
    {
      name: 'publish',
      kind: 'producer',
      parent: isOneTrace ? first : undefined,
      attributes: { count: events.length },
    },
    async (traceparent) =>
      bus.publish(
        isOneTrace
          ? events.map((event) => completeEvent(host.name, event, traceparent))
          : await announced(host, events),
      ),
  );
}

/** The events, each with a span of its own, which is what their consumers continue; in its own trace where it brings one. */
export function announced(host: Host, events: readonly NextEvent[]): Promise<readonly SluiceEvent[]> {
  return Promise.all(
    events.map((event) =>
      host.traces.span(
        {
          name: `create ${event.type}`,
          kind: 'producer',
          parent: event.traceparent,
          attributes: { eventType: event.type, eventId: event.id },
        },
        (traceparent) => Promise.resolve(completeEvent(host.name, event, traceparent)),
      ),
    ),
  );
}
