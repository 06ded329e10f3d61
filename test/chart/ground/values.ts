import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHART, type Manifest } from './chart.ts';

/** Peers of a NetworkPolicy rule, as Kubernetes has them. */
export type Peers = readonly Readonly<Record<string, unknown>>[];

interface Door {
  readonly enabled: boolean;
}

/** What of the values says who talks to whom. */
export interface NetworkValues {
  readonly aws: { readonly identity: string };
  readonly intake: { readonly gateway: Door; readonly ingress: Door };
  readonly network: {
    readonly monitoring: Peers;
    readonly senders: Peers;
    readonly admins: Peers;
    readonly gateway: Peers;
    readonly dns: Peers;
    readonly to: Readonly<Record<string, { readonly peers: Peers; readonly ports: readonly number[] }>>;
  };
}

/** The chart's values with a profile's over them, and over those what is set (`a.b[0].c=d`), read without Helm. */
export function valuesOf(profile: string, set: readonly string[] = []): NetworkValues {
  const read = (file: string) => parse(readFileSync(join(CHART, file), 'utf8')) as Manifest;
  const values = merged(read('values.yaml'), read(`profiles/${profile}.yaml`));
  return set.map(planted).reduce(merged, values) as NetworkValues;
}

/** What Helm makes of one `--set`. A list is taken whole: what is set is its only item. */
function planted(pair: string): unknown {
  const [, path = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
  const inside = (below: unknown, word: string): unknown => (word === '0' ? [below] : { [word]: below });
  return path.replaceAll('[', '.').replaceAll(']', '').split('.').reduceRight(inside, parse(value));
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
