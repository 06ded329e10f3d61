import type { Way } from '../code/ways-out.js';
import type { NetworkValues, Peers } from '../ground/values.ts';

/** Why somebody may talk, on which ports (`TCP 9092`, `TCP http`), with whom; no peers: with everybody. */
export interface WantedEdge {
  readonly why: string;
  readonly ports: readonly string[];
  readonly peers: Peers;
}

/** Where the values name nobody: any pod, any address but those of the node itself (where clouds hand out credentials). */
const ANYWHERE: Peers = [
  { namespaceSelector: {} },
  { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
  { ipBlock: { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::/32'] } },
];
/** The agent of EKS Pod Identity, by IPv4 and IPv6 (Amazon EKS User Guide, "Pod Identity Agent"). */
const POD_IDENTITY: Peers = [
  { ipBlock: { cidr: '169.254.170.23/32' } },
  { ipBlock: { cidr: 'fd00:ec2::23/128' } },
];

/** Ways out of a room: those of its code at the ports of its own settings, the name service, and what AWS's identity wants. */
export function wantedOutwards(
  reaches: readonly Way[],
  environment: Readonly<Record<string, string>>,
  { aws, network }: NetworkValues,
): WantedEdge[] {
  const to = (way: string) => network.to[way] ?? { peers: [], ports: [] };
  const peersOf = (way: string): Peers => (to(way).peers.length > 0 ? to(way).peers : ANYWHERE);
  const ways = reaches.map((way) => {
    const found = portsOf(environment)[way];
    const ports = found.length > 0 && to(way).ports.length > 0 ? to(way).ports : found;
    return { why: way, ports: ports.map((port) => `TCP ${port}`), peers: peersOf(way) };
  });
  const identity: Readonly<Record<string, WantedEdge>> = {
    'pod-identity': { why: "AWS's identity", ports: ['TCP 80'], peers: POD_IDENTITY },
    irsa: { why: "AWS's identity", ports: ['TCP 443'], peers: peersOf('identity') },
  };
  const names = { why: 'the name service', ports: ['UDP 53', 'TCP 53'], peers: network.dns };
  const used = ways.filter(({ ports }) => ports.length > 0);
  return [names, ...used, ...[identity[aws.identity]].flatMap((edge) => edge ?? [])];
}

/**
 * Ways into a room: metrics for those who watch; senders at what the Services show; the gateway at plain HTTP, and people at the admin
 * door, if a Service has it; the gateway only where STOW-RS goes through one.
 */
export function wantedInwards(shown: readonly string[], { network, intake }: NetworkValues): WantedEdge[] {
  const { monitoring, gateway, senders, admins } = network;
  const proxied = intake.gateway.enabled || intake.ingress.enabled;
  const open = shown.filter((name) => !['http', 'admin'].includes(name)).map((name) => `TCP ${name}`);
  return [
    ...(monitoring.length > 0 ? [{ why: 'metrics', ports: ['TCP http'], peers: monitoring }] : []),
    ...(shown.includes('http') && proxied
      ? [{ why: 'the gateway', ports: ['TCP http'], peers: gateway }]
      : []),
    ...(shown.includes('admin') ? [{ why: 'people', ports: ['TCP admin'], peers: admins }] : []),
    ...(open.length > 0 ? [{ why: 'senders', ports: open, peers: senders }] : []),
  ];
}

/** Ports of each way, as the workload's own addresses have it; a way that is not in use has none. */
function portsOf(environment: Readonly<Record<string, string>>): Readonly<Record<Way, readonly number[]>> {
  const models = JSON.parse(environment['INFERENCE_MODELS'] ?? '[]') as { url?: string }[];
  const brokers = (environment['BUS_URL'] ?? '').replace(/^kafka:\/\/|\?.*$/g, '').split(',');
  return {
    bus: brokers.map((broker) => Number(broker.split(':')[1])),
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
