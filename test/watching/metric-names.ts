import { type MetricEntry, METRICS } from '@sluice/service';

const SUFFIXES = { counter: [''], gauge: [''], durations: ['_bucket', '_sum', '_count'] } as const;
const namesOf = (entries: readonly (readonly [string, MetricEntry])[]): string[] =>
  entries.flatMap(([name, { type }]) => SUFFIXES[type].map((suffix) => `sluice_${name}${suffix}`));
const KNOWN: ReadonlySet<string> = new Set(namesOf(Object.entries(METRICS)));

/** Names of our metrics in an expression that no room reports. */
export const unknownMetrics = (expr: string): string[] =>
  [...expr.matchAll(/\bsluice_[a-z_]+/g)].map(([name]) => name).filter((name) => !KNOWN.has(name));

/** Every series name that the catalogue promises of the rooms of `standalone`; the admin door is a process of its own. */
export const promisedNames = (): string[] =>
  namesOf(Object.entries<MetricEntry>(METRICS).filter(([, { by }]) => by !== 'admin-door'));
