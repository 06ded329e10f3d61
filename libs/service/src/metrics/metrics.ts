import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { allowedFields, type FieldName, type LogFields } from '../logs/fields.js';
import { entryOf, type MetricName } from './catalogue.js';

/** Numbers of one room, for Prometheus, by the names of the catalogue. Label values obey the allow-list of log fields; others become `other`. */
export interface Metrics {
  counter(name: MetricName<'counter'>): { add(labels?: LogFields, by?: number): void };
  /** `clear` forgets every series of the name, of all rooms in this process. */
  gauge(name: MetricName<'gauge'>): { set(value: number, labels?: LogFields): void; clear(): void };
  /** In seconds. */
  durations(name: MetricName<'durations'>): { observeMs(durationMs: number, labels?: LogFields): void };
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
  readonly seen: Map<MetricName, Set<string>>;
}

function metricsOf(room: string, process: Process): Metrics {
  const { registry, readers } = process;
  return {
    counter: (name) => {
      const counter = existing<Counter>(registry, name) ?? new Counter(configOf(registry, name));
      return { add: (labels, by = 1) => counter.inc(labelsOf(process, name, { room, ...labels }), by) };
    },
    gauge: (name) => {
      const gauge = existing<Gauge>(registry, name) ?? new Gauge(configOf(registry, name));
      return {
        set: (value, labels) => gauge.set(labelsOf(process, name, { room, ...labels }), value),
        clear: () => gauge.reset(),
      };
    },
    durations: (name) => {
      const histogram =
        existing<Histogram>(registry, name) ??
        new Histogram({ ...configOf(registry, name), buckets: DURATION_BUCKETS });
      return {
        observeMs: (durationMs, labels) =>
          histogram.observe(labelsOf(process, name, { room, ...labels }), durationMs / 1000),
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

const fullName = (name: MetricName): string => `sluice_${name}`;

/** Rooms that share a process share a metric; the label `room` tells them apart. */
const existing = <M>(registry: Registry, name: MetricName): M | undefined =>
  registry.getSingleMetric(fullName(name)) as M | undefined;

const configOf = (
  registry: Registry,
  name: MetricName,
): { name: string; help: string; labelNames: string[]; registers: Registry[] } => ({
  name: fullName(name),
  help: entryOf(name).help,
  labelNames: [...labelNames(name)],
  registers: [registry],
});

const labelNames = (name: MetricName): readonly FieldName[] => ['room', ...(entryOf(name).labels ?? [])];

function labelsOf(process: Process, name: MetricName, labels: LogFields): Record<string, string> {
  const allowed = allowedFields(labels);
  const names = labelNames(name);
  const values = Object.fromEntries(
    names.map((label) => [label, labels[label] === undefined ? '' : String(allowed[label] ?? 'other')]),
  );
  const seen = process.seen.get(name) ?? new Set();
  process.seen.set(name, seen);
  const set = JSON.stringify(values);
  if (!seen.has(set) && seen.size >= MAX_LABEL_SETS)
    return Object.fromEntries(names.map((label) => [label, 'other']));
  seen.add(set);
  return values;
}
