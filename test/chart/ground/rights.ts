import { listOf, must, type Cluster } from './cluster.ts';
import { NAMESPACE, type Manifest } from './chart.ts';

const RIGHTS = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

interface Rules {
  readonly resourceRules: readonly object[];
  readonly nonResourceRules: readonly object[];
}

/** Makes the accounts and rights among the objects, really: `can-i` asks for what stands. Gives the accounts' names. */
export async function grant({ kubectl }: Cluster, objects: readonly Manifest[]): Promise<string[]> {
  const chosen = objects.filter(({ kind }) => RIGHTS.includes(kind));
  await must(kubectl(['apply', '-n', NAMESPACE, '-f', '-'], listOf(chosen)));
  return chosen.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
}

/** Takes them away again. */
export async function revoke({ kubectl }: Cluster, objects: readonly Manifest[]): Promise<void> {
  const chosen = objects.filter(({ kind }) => RIGHTS.includes(kind));
  await must(kubectl(['delete', '-n', NAMESPACE, '-f', '-'], listOf(chosen)));
}

/** What the account may do beyond what any account may. */
export async function rightsOf(cluster: Cluster, account: string): Promise<object[]> {
  const usual = (await rulesOf(cluster, 'nobody-in-particular')).map((rule) => JSON.stringify(rule));
  return (await rulesOf(cluster, account)).filter((rule) => !usual.includes(JSON.stringify(rule)));
}

/** `kubectl auth can-i`, as the account. */
export async function canI({ kubectl }: Cluster, account: string, what: readonly string[]): Promise<boolean> {
  const { output } = await kubectl(['auth', 'can-i', ...what, '-n', NAMESPACE, as(account)]);
  return output.trim() === 'yes';
}

async function rulesOf({ kubectl }: Cluster, account: string): Promise<object[]> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace: NAMESPACE },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const output = await must(
    kubectl(['create', `--raw=${path}`, as(account), '-f', '-'], JSON.stringify(review)),
  );
  const { resourceRules, nonResourceRules } = (JSON.parse(output) as { status: Rules }).status;
  return [...resourceRules, ...nonResourceRules];
}

function as(account: string): string {
  return `--as=system:serviceaccount:${NAMESPACE}:${account}`;
}
