import type { RoomsTable } from '../code/rooms-table.js';
import type { Manifest } from '../ground/chart.ts';
import type { NetworkValues } from '../ground/values.ts';
import { type WantedEdge, wantedInwards, wantedOutwards } from './wanted-edges.js';
import { roomOf } from './workloads.js';

interface Rule {
  readonly ports?: readonly {
    readonly port?: number | string;
    readonly protocol?: string;
    readonly endPort?: number;
  }[];
  readonly to?: readonly unknown[];
  readonly from?: readonly unknown[];
}

/**
 * Rooms whose NetworkPolicies do not say what their code does and whom the values name: a way that is shut, or one that nobody goes.
 * Policies add up: one more of a room counts with the first, and one of no room may only deny.
 */
export function misroutedPolicies(
  manifests: readonly Manifest[],
  table: RoomsTable,
  values: NetworkValues,
): string[] {
  const rooms = manifests.filter(({ kind }) => kind === 'Deployment');
  const names = rooms.map(roomOf);
  const stray = manifests.filter(
    (each) =>
      each.kind === 'NetworkPolicy' &&
      !names.includes(roomOf(each)) &&
      (each['spec'].ingress ?? each['spec'].egress) !== undefined,
  );
  return [
    ...stray.map(({ metadata }) => `${metadata.name}: a policy of no room that allows something`),
    ...rooms.flatMap((deployment) => {
      const said = problemsOf(deployment, { manifests, table, values });
      return said.map((problem) => `${roomOf(deployment)}: ${problem}`);
    }),
  ];
}

interface Judged {
  readonly manifests: readonly Manifest[];
  readonly table: RoomsTable;
  readonly values: NetworkValues;
}

function problemsOf(deployment: Manifest, { manifests, table, values }: Judged): string[] {
  const room = roomOf(deployment) ?? '';
  const policies = manifests.filter((each) => each.kind === 'NetworkPolicy' && roomOf(each) === room);
  const { reaches = [], ports = {} } = table.rooms[room] ?? {};
  const rules = (which: 'ingress' | 'egress') =>
    policies.flatMap(({ spec }) => (spec[which] ?? []) as readonly Rule[]);
  const out = rules('egress').map((rule) => ({ open: rule.ports, peers: rule.to }));
  const into = rules('ingress').map((rule) => ({ open: rule.ports, peers: rule.from }));
  return [
    ...(policies.length > 0 ? [] : ['no NetworkPolicy']),
    ...policies.flatMap((policy) => strangers(policy, deployment)),
    ...differences('out', out, wantedOutwards(reaches, environmentOf(deployment), values)),
    ...differences('in', into, wantedInwards(shownOf(manifests, room), values)),
    ...unheard(deployment, ports),
  ];
}

/** A policy of a room is about that room's pods and no others, and both ways: what it doesn't name is denied. */
function strangers({ metadata, spec }: Manifest, deployment: Manifest): string[] {
  const own = sorted(deployment['spec'].selector);
  const types = [...(spec.policyTypes ?? [])].sort();
  return [
    ...(sorted(spec.podSelector) === own ? [] : [`${metadata.name} is not about the room's own pods`]),
    ...(types.join() === 'Egress,Ingress' ? [] : [`${metadata.name} is not about both ways`]),
  ];
}

function environmentOf(deployment: Manifest): Record<string, string> {
  const env = deployment['spec'].template.spec.containers[0].env as { name: string; value?: string }[];
  return Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
}

/** Names of the ports that the Services of a room show. */
function shownOf(manifests: readonly Manifest[], room: string): string[] {
  return manifests
    .filter((each) => each.kind === 'Service' && roomOf(each) === room)
    .flatMap(({ spec }) => (spec.ports as { targetPort: string }[]).map(({ targetPort }) => targetPort));
}

/** A rule, whichever way it goes. */
interface Opening {
  readonly open: Rule['ports'];
  readonly peers: readonly unknown[] | undefined;
}

const ANYBODY = 'everybody';
const ANY_PORT = 'every port';

/** Each port with each peer by itself: how they stand together in rules does not matter. */
function differences(
  way: 'in' | 'out',
  openings: readonly Opening[],
  wanted: readonly WantedEdge[],
): string[] {
  const found = openings.flatMap(({ open, peers }) => pairs(open?.map(nameOf), peers));
  const due = wanted.flatMap(({ why, ports, peers }) =>
    pairs(ports, peers).map((pair) => ({ ...pair, why: `${why} (${pair.port})` })),
  );
  const is = (left: Pair) => (right: Pair) => left.port === right.port && left.peer === right.peer;
  const shut = due.filter((edge) => !found.some(is(edge)));
  const idle = found.filter((edge) => !due.some(is(edge)));
  return [
    ...shut.map(({ why, peer }) => `${way}: ${why} is shut for ${peer}`),
    ...idle.map(
      ({ port, peer }) => `${way}: ${port} is open for ${peer}, and neither code nor values ask for it`,
    ),
  ];
}

interface Pair {
  readonly port: string;
  readonly peer: string;
}

/** Neither ports nor peers: Kubernetes takes that for all. */
function pairs(ports: readonly string[] = [], peers: readonly unknown[] = []): Pair[] {
  const who = peers.length > 0 ? peers.map(sorted) : [ANYBODY];
  return (ports.length > 0 ? ports : [ANY_PORT]).flatMap((port) => who.map((peer) => ({ port, peer })));
}

const nameOf = ({ port = 'any', protocol = 'TCP', endPort }: NonNullable<Rule['ports']>[number]): string =>
  `${protocol} ${port}${endPort === undefined ? '' : `-${endPort}`}`;

/** The same text for the same peer, in whatever order its keys stand. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([left], [right]) => left.localeCompare(right)))
      : each,
  );
}

/** Ports that the pod opens and the code does not listen on. */
function unheard(deployment: Manifest, ports: Readonly<Record<string, number>>): string[] {
  const opened = deployment['spec'].template.spec.containers[0].ports as {
    name: string;
    containerPort: number;
  }[];
  return opened
    .filter(({ containerPort }) => !Object.values(ports).includes(containerPort))
    .map(({ name }) => `the code does not listen on ${name}`);
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
