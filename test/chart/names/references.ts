import type { Manifest } from '../ground/chart.ts';

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly unknown[];
}

/** What the objects say of each other and that is not so: selectors that select nothing, names of objects that are not there. */
export function danglingReferences(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const of = JUDGES[manifest.kind];
    return (of?.(manifest, manifests) ?? []).map(
      (problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`,
    );
  });
}

type Judge = (manifest: Manifest, all: readonly Manifest[]) => string[];

const JUDGES: Readonly<Record<string, Judge>> = {
  Deployment: (each, all) => [
    ...selects(each['spec'].selector, all),
    ...names(all, 'ServiceAccount', each['spec'].template.spec.serviceAccountName),
    ...(each['spec'].template.spec.automountServiceAccountToken === false ? [] : ['it mounts an API token']),
  ],
  Service: (each, all) => [
    ...selects({ matchLabels: each['spec'].selector }, all),
    ...each['spec'].ports.flatMap(({ port, targetPort = port }: { port: number; targetPort?: unknown }) =>
      opens(targetPort, podsOf({ matchLabels: each['spec'].selector }, all)),
    ),
  ],
  PodDisruptionBudget: (each, all) => selects(each['spec'].selector, all),
  NetworkPolicy: (each, all) => selects(each['spec'].podSelector, all),
  PodMonitor: (each, all) => selects(each['spec'].selector, all),
  ServiceMonitor: (each, all) =>
    all.some(({ kind, metadata }) => kind === 'Service' && fits(each['spec'].selector, metadata.labels))
      ? []
      : ['it selects no Service'],
  ScaledObject: (each, all) => names(all, 'Deployment', each['spec'].scaleTargetRef.name),
  HorizontalPodAutoscaler: (each, all) => names(all, 'Deployment', each['spec'].scaleTargetRef.name),
  HTTPRoute: (each, all) =>
    each['spec'].rules.flatMap((rule: { backendRefs?: { name: string; port: number }[] }) =>
      (rule.backendRefs ?? []).flatMap(({ name, port }) => backend(all, name, port)),
    ),
  Ingress: (each, all) =>
    each['spec'].rules.flatMap(({ http }: Manifest) =>
      http.paths.flatMap(({ backend: { service } }: Manifest) =>
        backend(all, service.name, service.port.number ?? service.port.name),
      ),
    ),
};

function names(all: readonly Manifest[], kind: string, name: string): string[] {
  const there = all.some((each) => each.kind === kind && each.metadata.name === name);
  return there ? [] : [`there is no ${kind} ${name}`];
}

function selects(selector: Selector, all: readonly Manifest[]): string[] {
  return podsOf(selector, all).length > 0 ? [] : ['it selects no pod'];
}

/** Pod templates that a selector fits. */
function podsOf(selector: Selector | undefined, all: readonly Manifest[]): Manifest[] {
  return all
    .filter(({ kind }) => kind === 'Deployment')
    .map((deployment) => deployment['spec'].template as Manifest)
    .filter(({ metadata }) => fits(selector, metadata.labels));
}

/** By labels alone: what chooses by expressions is left to whoever reads it. */
function fits({ matchLabels = {} }: Selector = {}, labels: Labels = {}): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function opens(port: unknown, pods: readonly Manifest[]): string[] {
  const open = pods.flatMap(
    ({ spec }) => spec.containers[0].ports as { name: string; containerPort: number }[],
  );
  return open.some(({ name, containerPort }) => port === name || port === containerPort)
    ? []
    : [`no pod opens port ${String(port)}`];
}

function backend(all: readonly Manifest[], service: string, port: unknown): string[] {
  const found = all.find(({ kind, metadata }) => kind === 'Service' && metadata.name === service);
  if (!found) return [`there is no Service ${service}`];
  const ports = found['spec'].ports as { name: string; port: number }[];
  return ports.some((each) => each.port === port || each.name === port)
    ? []
    : [`Service ${service} has no port ${String(port)}`];
}
