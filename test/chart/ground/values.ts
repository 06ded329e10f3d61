import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHART, type Manifest } from './chart.ts';

/** Peers of a NetworkPolicy rule, as Kubernetes has them. */
export type Peers = readonly Readonly<Record<string, unknown>>[];

/** What of the values says who talks to whom. */
export interface NetworkValues {
  readonly aws: { readonly identity: string };
  readonly network: {
    readonly monitoring: Peers;
    readonly senders: Peers;
    readonly admins: Peers;
    readonly gateway: Peers;
    readonly dns: Peers;
    readonly to: Readonly<Record<string, { readonly peers: Peers; readonly ports: readonly number[] }>>;
  };
}

/** The chart's values with a profile's over them, read without Helm. */
export function valuesOf(profile: string): NetworkValues {
  const read = (file: string) => parse(readFileSync(join(CHART, file), 'utf8')) as Manifest;
  return merged(read('values.yaml'), read(`profiles/${profile}.yaml`)) as NetworkValues;
}

/** Maps key by key, all else as it stands on top. */
function merged(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above;
  const names = [...Object.keys(below), ...Object.keys(above)];
  return Object.fromEntries(
    names.map((name) => [name, name in above ? merged(below[name], above[name]) : below[name]]),
  );
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
