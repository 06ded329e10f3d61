import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C trace context, level 1: version 00, trace id, parent id, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const current = new AsyncLocalStorage<string>();

/** Trace id of the work at hand, for log lines. */
export const currentTraceId = (): string | undefined => partsOf(current.getStore())?.traceId;

/** The traceparent of the work at hand. */
export const currentTraceparent = (): string | undefined => current.getStore();

/** Runs work under a traceparent. */
export const underTrace = <T>(traceparent: string, work: () => T): T => current.run(traceparent, work);

/** The parts of a traceparent; undefined when it is not one. */
export function partsOf(traceparent: string | undefined): { traceId: string; spanId: string } | undefined {
  const [, traceId, spanId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return traceId && spanId && !/^0+$/.test(traceId) && !/^0+$/.test(spanId) ? { traceId, spanId } : undefined;
}

/** A new span id in the parent's trace, or in a new one: keeps a trace together where no spans are sent. */
export function childOf(parent: string | undefined): string {
  const traceId = partsOf(parent)?.traceId ?? randomBytes(16).toString('hex');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-00`;
}
