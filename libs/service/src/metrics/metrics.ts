import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { allowedFields, type FieldName, type LogFields } from '../logs/fields.js';

/** What a metric is called (`sluice_` is put before it), what it counts, and its labels besides `room`. */
export interface MetricOptions {
  /** With its unit: `refused_total`, `wait_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly FieldName[];
}

/** Numbers of one room, for Prometheus. Label values obey the allow-list of log fields; others become `other`. */
export interface Metrics {
  counter(options: MetricOptions): { add(labels?: LogFields, by?: number): void };
  gauge(options: MetricOptions): { set(value: number, labels?: LogFields): void };
  /** In seconds. */
  durations(options: MetricOptions): { observeMs(durationMs: number, labels?: LogFields): void };
  /** Runs before each scrape, to set gauges; at most SCRAPE_WAIT_MS are waited for. */
  beforeScrape(read: () => Promise<void>): void;
  /** The page that Prometheus reads. */
  page(): Promise<{ contentType: string; body: string }>;
  forRoom(room: string): Metrics;
}

const DURATION_BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const SCRAPE_WAIT_MS = 2_000;
/** Series of one metric in one process: more would be a label that varies without end. */
const MAX_LABEL_SETS = 1_000;

/** One registry per process, with what Node tells of itself. */
export function openMetrics(room: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return metricsOf(room, { registry, readers: [], seen: new Map() });
}

interface Process {
  readonly registry: Registry;
  readonly readers: (() => Promise<void>)[];
  readonly seen: Map<string, Set<string>>;
}

function metricsOf(room: string, process: Process): Metrics {
  const { registry, readers } = process;
  return {
    counter: (options) => {
      const counter = existing<Counter>(registry, options) ?? new Counter(configOf(registry, options));
      return { add: (labels, by = 1) => counter.inc(labelsOf(process, options, { room, ...labels }), by) };
    },
    gauge: (options) => {
      const gauge = existing<Gauge>(registry, options) ?? new Gauge(configOf(registry, options));
      return { set: (value, labels) => gauge.set(labelsOf(process, options, { room, ...labels }), value) };
    },
    durations: (options) => {
      const histogram =
        existing<Histogram>(registry, options) ??
        new Histogram({ ...configOf(registry, options), buckets: DURATION_BUCKETS });
      return {
        observeMs: (durationMs, labels) =>
          histogram.observe(labelsOf(process, options, { room, ...labels }), durationMs / 1000),
      };
    },
    beforeScrape: (read) => void readers.push(read),
    page: async () => {
      await Promise.race([
        Promise.allSettled(readers.map((read) => read())),
        new Promise((done) => setTimeout(done, SCRAPE_WAIT_MS).unref()),
      ]);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    forRoom: (name) => metricsOf(name, process),
  };
}

const fullName = (options: MetricOptions): string => `sluice_${options.name}`;

/** Rooms that share a process share a metric; the label `room` tells them apart. */
const existing = <M>(registry: Registry, options: MetricOptions): M | undefined =>
  registry.getSingleMetric(fullName(options)) as M | undefined;

const configOf = (
  registry: Registry,
  options: MetricOptions,
): { name: string; help: string; labelNames: string[]; registers: Registry[] } => ({
  name: fullName(options),
  help: options.help,
  labelNames: ['room', ...(options.labels ?? [])],
  registers: [registry],
});

function labelsOf(process: Process, options: MetricOptions, labels: LogFields): Record<string, string> {
  const allowed = allowedFields(labels);
  const names: readonly FieldName[] = ['room', ...(options.labels ?? [])];
  const values = Object.fromEntries(
    names.map((name) => [name, labels[name] === undefined ? '' : String(allowed[name] ?? 'other')]),
  );
  const seen = process.seen.get(options.name) ?? new Set();
  process.seen.set(options.name, seen);
  const set = JSON.stringify(values);
  if (!seen.has(set) && seen.size >= MAX_LABEL_SETS)
    return Object.fromEntries(names.map((name) => [name, 'other']));
  seen.add(set);
  return values;
}
