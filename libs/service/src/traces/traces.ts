import {
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { toSluiceError } from '@sluice/contracts';
import { allowedFields, type LogFields, type LogValue } from '../logs/fields.js';
import { childOf, currentTraceparent, partsOf, underTrace } from './current.js';

/** One piece of work in a trace. */
export interface SpanOptions {
  /** Constant text, or a topic's name. */
  readonly name: string;
  readonly kind?: 'internal' | 'consumer' | 'producer' | 'server';
  /** Traceparent of what caused it; the work at hand when missing. */
  readonly parent?: string | undefined;
  /** By the same allow-list as log fields. */
  readonly attributes?: LogFields;
}

/** Spans of one room. Without a collector no span is made, and traceparents still join. */
export interface Traces {
  /** Runs work inside a span; `traceparent` is the new span's, for events. An error marks the span by its code. */
  span<T>(options: SpanOptions, work: (traceparent: string) => Promise<T>): Promise<T>;
  forRoom(room: string): Traces;
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  server: SpanKind.SERVER,
};

/** Traces that go to a tracer (`traces/exporting.ts`), or nowhere. */
export function openTraces(room: string, tracer?: Tracer): Traces {
  return {
    span: (options, work) => {
      const parent = options.parent ?? currentTraceparent();
      if (!tracer) return runUnder(childOf(parent), work);
      return runSpan(
        startSpan(tracer, { ...options, parent, attributes: { ...options.attributes, room } }),
        work,
      );
    },
    forRoom: (name) => openTraces(name, tracer),
  };
}

const runUnder = <T>(traceparent: string, work: (traceparent: string) => Promise<T>): Promise<T> =>
  underTrace(traceparent, () => work(traceparent));

function startSpan(tracer: Tracer, options: SpanOptions): Span {
  const parts = partsOf(options.parent);
  const context = parts
    ? trace.setSpanContext(ROOT_CONTEXT, { ...parts, traceFlags: TraceFlags.SAMPLED, isRemote: true })
    : ROOT_CONTEXT;
  const attributes = attributesOf(options.attributes ?? {});
  return tracer.startSpan(options.name, { kind: KINDS[options.kind ?? 'internal'], attributes }, context);
}

async function runSpan<T>(span: Span, work: (traceparent: string) => Promise<T>): Promise<T> {
  const { traceId, spanId } = span.spanContext();
  try {
    return await runUnder(`00-${traceId}-${spanId}-01`, work);
  } catch (thrown) {
    span.setAttribute('sluice.code', toSluiceError(thrown).code);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw thrown;
  } finally {
    span.end();
  }
}

function attributesOf(fields: LogFields): Record<string, string | number | boolean> {
  const scalars = Object.entries(allowedFields(fields)).filter(
    (entry): entry is [string, Exclude<LogValue, readonly string[]>] => !Array.isArray(entry[1]),
  );
  return Object.fromEntries(scalars.map(([name, value]) => [`sluice.${name}`, value]));
}
