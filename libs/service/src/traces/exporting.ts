import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** A tracer whose spans leave in batches; `close` sends the last of them. */
export interface Exporting {
  readonly tracer: Tracer;
  close(): Promise<void>;
}

/** Bounds what a slow collector can hold back: spans beyond are dropped, work goes on. */
const MAX_QUEUED_SPANS = 2048;

/** Sends spans to a collector by OTLP over HTTP. */
export const exportTo = (service: string, url: string): Exporting =>
  exportBy(service, new OTLPTraceExporter({ url, timeoutMillis: 5_000 }));

/** Sends spans through any exporter (tests: one in memory). */
export function exportBy(service: string, exporter: SpanExporter): Exporting {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'sluice' }),
    // A room that runs without a collector passes traces on as "not sampled"; they are wanted all the same.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MAX_QUEUED_SPANS })],
  });
  // A collector that is gone loses spans; it must not make a clean stop look like a failed one.
  const close = (): Promise<void> => provider.shutdown().catch(() => undefined);
  return { tracer: provider.getTracer('sluice'), close };
}
