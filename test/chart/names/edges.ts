import type { RoomsTable } from '../code/rooms-table.js';
import type { Way } from '../code/ways-out.js';
import type { Manifest } from '../ground/chart.ts';
import { roomOf } from './workloads.js';

interface Rule {
  readonly ports?: readonly { readonly port: number | string }[];
  readonly to?: readonly unknown[];
  readonly from?: readonly unknown[];
}

const NAME_SERVICE = 53;

/** Port of each way, as the workloads' own addresses have it; a way that is not in use has none. */
function portsOf(environment: Readonly<Record<string, string>>): Partial<Record<Way, readonly number[]>> {
  const models = JSON.parse(environment['INFERENCE_MODELS'] ?? '[]') as { url?: string }[];
  return {
    bus: (environment['BUS_URL'] ?? '')
      .replace(/^kafka:\/\/|\?.*$/g, '')
      .split(',')
      .map((broker) => Number(broker.split(':')[1])),
    database: [5432],
    store: [portOf(endpointOf(environment['STORE_URL']))],
    keys: [portOf(endpointOf(environment['KEYS_URL']))],
    traces: environment['OTLP_URL'] ? [portOf(environment['OTLP_URL'])] : [],
    models: models.flatMap(({ url }) => (url ? [portOf(url)] : [])),
  };
}

const endpointOf = (url = ''): string =>
  new URLSearchParams(url.split('?')[1]).get('endpoint') ?? 'https://aws.example';

const portOf = (url: string): number => Number(new URL(url).port) || (url.startsWith('http:') ? 80 : 443);

/** Rooms whose NetworkPolicy does not say what their code does: a way that is shut, or one that nobody goes. */
export function misroutedPolicies(manifests: readonly Manifest[], table: RoomsTable): string[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((deployment) => {
      const room = roomOf(deployment) ?? '';
      const policy = manifests.find((each) => each.kind === 'NetworkPolicy' && roomOf(each) === room);
      if (!policy) return [`${room}: no NetworkPolicy`];
      const { reaches = [], ports = {} } = table.rooms[room] ?? {};
      const said = [
        ...outwards(policy['spec'].egress, { reaches, environment: environmentOf(deployment) }),
        ...inwards(policy['spec'].ingress, { ports, deployment }),
      ];
      return said.map((problem) => `${room}: ${problem}`);
    });
}

function environmentOf(deployment: Manifest): Record<string, string> {
  const env = deployment['spec'].template.spec.containers[0].env as { name: string; value?: string }[];
  return Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
}

/** The agent of EKS Pod Identity and STS are AWS's own ways, asked for by the values and by no room. */
const ofAws = ({ to = [], ports = [] }: Rule): boolean =>
  JSON.stringify(to).includes('169.254.170.23/32') && ports.every(({ port }) => port === 80);

function outwards(
  rules: readonly Rule[],
  { reaches, environment }: { reaches: readonly Way[]; environment: Readonly<Record<string, string>> },
): string[] {
  const wanted = portsOf(environment);
  const open = rules.filter(({ ports = [], to = [] }) => ports.length === 0 || to.length === 0);
  const allowed = new Set(
    rules.filter((rule) => !ofAws(rule)).flatMap(({ ports = [] }) => ports.map(({ port }) => Number(port))),
  );
  const needed = new Map(reaches.flatMap((way) => (wanted[way] ?? []).map((port) => [port, way] as const)));
  const all = new Map(
    Object.entries(wanted).flatMap(([way, ports]) => ports.map((port) => [port, way] as const)),
  );
  const shut = reaches.filter((way) => (wanted[way] ?? []).some((port) => !allowed.has(port)));
  const named = allowed.has(NAME_SERVICE);
  const idle = [...allowed].filter((port) => port !== NAME_SERVICE && !needed.has(port));
  return [
    ...open.map(() => 'it may go everywhere'),
    ...shut.map((way) => `${way} is shut`),
    ...(named ? [] : ['the name service is shut']),
    ...idle.map((port) => `${all.get(port) ?? `port ${port}`} is open, and the code does not go there`),
  ];
}

function inwards(
  rules: readonly Rule[],
  { ports, deployment }: { ports: Readonly<Record<string, number>>; deployment: Manifest },
): string[] {
  const opened = deployment['spec'].template.spec.containers[0].ports as {
    name: string;
    containerPort: number;
  }[];
  const allowed = new Set(rules.flatMap(({ ports: named = [] }) => named.map(({ port }) => port)));
  const listens = Object.values(ports);
  const forAll = rules.filter(
    ({ ports: named = [], from = [] }) => from.length === 0 && named.some(({ port }) => port === 'http'),
  );
  return [
    ...rules.filter(({ ports: named = [] }) => named.length === 0).map(() => 'everything may come in'),
    ...forAll.map(() => 'everybody reaches port http'),
    ...opened.filter(({ name }) => !allowed.has(name)).map(({ name }) => `nobody reaches port ${name}`),
    ...opened
      .filter(({ containerPort }) => !listens.includes(containerPort))
      .map(({ name }) => `the code does not listen on ${name}`),
  ];
}

/** Pods that no policy denies what is not allowed: the release's own default must select each of them, both ways. */
export function deniedWays(manifests: readonly Manifest[]): string[] {
  const defaults = manifests.filter(
    ({ kind, metadata, spec }) =>
      kind === 'NetworkPolicy' && metadata.name.endsWith('-default') && !spec.ingress && !spec.egress,
  );
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .filter(
      ({ spec: { template } }) =>
        !defaults.some(
          ({ spec }) =>
            spec.policyTypes.length === 2 &&
            Object.entries(spec.podSelector.matchLabels).every(
              ([key, value]) => template.metadata.labels[key] === value,
            ),
        ),
    )
    .map(({ metadata }) => `${metadata.name}: no default denies`);
}
