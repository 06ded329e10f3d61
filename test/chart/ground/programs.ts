import { type Say } from '@sluice/stack';
import { goProgram, type GoProgram } from './go-program.ts';

/** What the chart is judged by. A Helm that is not built by its makers takes the cluster for one of v1.20. */
export const KUBERNETES_VERSION = 'v1.36.3';
/** KEDA's processes and its definitions are of one version. */
export const KEDA = { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0' };

const KUBERNETES = {
  module: 'k8s.io/kubernetes',
  version: KUBERNETES_VERSION,
  // Otherwise it calls itself v0.0.0-master.
  link: ['Version=v1.36.3', 'Major=1', 'Minor=36']
    .map((part) => `-X k8s.io/component-base/version.git${part}`)
    .join(' '),
};

/** What judges a chart, and what scales it. */
export const PROGRAMS = {
  helm: {
    name: 'helm',
    module: 'helm.sh/helm/v3',
    version: 'v3.19.0',
    main: 'helm.sh/helm/v3/cmd/helm',
    takes: 'two minutes',
  },
  etcd: {
    name: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    version: 'v3.7.3',
    main: 'go.etcd.io/etcd/server/v3',
    takes: 'half a minute',
  },
  kubectl: { name: 'kubectl', ...KUBERNETES, main: 'k8s.io/kubernetes/cmd/kubectl', takes: 'a minute' },
  apiServer: {
    name: 'kube-apiserver',
    ...KUBERNETES,
    main: 'k8s.io/kubernetes/cmd/kube-apiserver',
    takes: 'four minutes',
  },
  controllers: {
    name: 'kube-controller-manager',
    ...KUBERNETES,
    main: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    takes: 'two minutes',
  },
  kedaOperator: {
    name: 'keda-operator',
    ...KEDA,
    main: `${KEDA.module}/cmd/operator`,
    takes: 'five minutes',
  },
  kedaAdapter: { name: 'keda-adapter', ...KEDA, main: `${KEDA.module}/cmd/adapter`, takes: 'a minute' },
} as const satisfies Record<string, GoProgram>;

export type ProgramName = keyof typeof PROGRAMS;

/** Those that judge. */
export const JUDGES = ['helm', 'etcd', 'kubectl', 'apiServer'] as const satisfies readonly ProgramName[];

/** Paths of programs, one built after the other where the cache does not have them. Throws with what to install. */
export async function programs<Name extends ProgramName>(
  names: readonly Name[],
  say: Say,
): Promise<Record<Name, string>> {
  const paths = {} as Record<Name, string>;
  for (const name of names) paths[name] = await goProgram(PROGRAMS[name], say);
  return paths;
}
