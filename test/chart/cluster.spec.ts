import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestsOf, NAMESPACE, PROFILES, RELEASE, type Manifest } from './ground/chart.ts';
import { openCluster, type Cluster } from './ground/cluster.ts';
import { programs } from './ground/programs.ts';
import { canI, grant, revoke, rightsOf } from './ground/rights.ts';
import { withMistake } from './planted.js';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

/** Kinds of the optional blocks: each is rendered by some profile, or it is judged by nobody. */
const OPTIONAL = [
  'ScaledObject',
  'TriggerAuthentication',
  'HorizontalPodAutoscaler',
  'KafkaTopic',
  'KafkaUser',
  'Certificate',
  'ExternalSecret',
  'PodMonitor',
  'PrometheusRule',
  'HTTPRoute',
  'Ingress',
  'NetworkPolicy',
  'PodDisruptionBudget',
];

describe('a real Kubernetes API server judges the chart', () => {
  const rendered = new Map<string, Manifest[]>();
  let cluster: Cluster;

  beforeAll(async () => {
    const { helm } = await programs(['helm'], say);
    for (const profile of PROFILES) rendered.set(profile, await manifestsOf({ helm, profile }));
    cluster = await openCluster();
  }, 20 * 60_000);
  afterAll(() => cluster?.stop());

  const of = (profile: string): Manifest[] => rendered.get(profile) ?? [];
  const everything = (): Manifest[] => [...rendered.values()].flat();

  it.each(PROFILES)('takes every object of %s without a warning', { timeout: 60_000 }, async (profile) => {
    const { status, output, errors } = await cluster.judge(of(profile));
    expect(errors).toBe('');
    expect(status).toBe(0);
    expect(output.trim().split('\n').length).toBe(of(profile).length);
  });

  it.each(OPTIONAL)('%s is rendered by a profile', (kind) => {
    expect(everything().map((each) => each.kind)).toContain(kind);
  });

  describe('refuses', () => {
    const pod = 'spec template spec';
    const hostPath = { name: 'x', hostPath: { path: '/' } };
    const restricted = /PodSecurity "restricted/;
    it.each([
      [
        'a privileged container',
        'Deployment',
        `${pod} containers 0 securityContext`,
        { privileged: true },
        restricted,
      ],
      [
        'a container that may be root',
        'Deployment',
        `${pod} containers 0 securityContext runAsNonRoot`,
        false,
        restricted,
      ],
      ['a folder of the node', 'Deployment', `${pod} volumes -`, hostPath, restricted],
      ['an unknown field of a Deployment', 'Deployment', 'spec replicaz', 2, /replicaz/],
      ['a wrong type in a ScaledObject', 'ScaledObject', 'spec minReplicaCount', 'many', /minReplicaCount/],
      ['an unknown field of a ScaledObject', 'ScaledObject', 'spec minReplicas', 1, /minReplicas/],
      ['a wrong field in a KafkaTopic', 'KafkaTopic', 'spec partition', 12, /partition/],
      [
        'a right that Kafka does not know',
        'KafkaUser',
        'spec authorization acls 0 operations',
        ['Reed'],
        /Reed/,
      ],
      ['a Certificate without a Secret', 'Certificate', 'spec secretName', undefined, /secretName/],
      ['a store of a wrong kind', 'ExternalSecret', 'spec secretStoreRef kind', 'Store', /Store/],
      ['an interval that is none', 'PodMonitor', 'spec podMetricsEndpoints 0 interval', 'often', /interval/],
      ['an alert without an expression', 'PrometheusRule', 'spec groups 0 rules 0 expr', undefined, /expr/],
      ['a route with a wrong match', 'HTTPRoute', 'spec rules 0 matches 0 path type', 'Prefix', /Prefix/],
      ['a port of a wrong protocol', 'Service', 'spec ports 0 protocol', 'HTTP', /protocol/],
    ] as const)('%s', { timeout: 60_000 }, async (_what, kind, path, value, words) => {
      const chosen = everything().filter((each) => each.kind === kind);
      const planted = withMistake(chosen.slice(0, 1), { kind, path, value });
      const { status, errors } = await cluster.judge(planted);
      expect(errors).toMatch(words);
      expect(status).not.toBe(0);
    });
  });

  describe('gives the rooms no rights', () => {
    it.each(PROFILES)('%s', { timeout: 120_000 }, async (profile) => {
      const accounts = await grant(cluster, of(profile));
      try {
        expect(accounts.length).toBeGreaterThan(3);
        for (const account of accounts) {
          expect(await rightsOf(cluster, account), account).toEqual([]);
          expect(await canI(cluster, account, ['get', 'secrets']), account).toBe(false);
        }
      } finally {
        await revoke(cluster, of(profile));
      }
    });

    it('and a planted role that may read secrets is seen', { timeout: 60_000 }, async () => {
      const planted = [...of('cpu'), ...mayReadSecrets(`${RELEASE}-sluice-scrubbing`)];
      await grant(cluster, planted);
      try {
        expect(await rightsOf(cluster, `${RELEASE}-sluice-scrubbing`)).toMatchObject([
          { resources: ['secrets'] },
        ]);
        expect(await canI(cluster, `${RELEASE}-sluice-scrubbing`, ['get', 'secrets'])).toBe(true);
        expect(await rightsOf(cluster, `${RELEASE}-sluice-archival`)).toEqual([]);
      } finally {
        await revoke(cluster, planted);
      }
    });
  });
});

function mayReadSecrets(account: string): Manifest[] {
  const metadata = { name: 'reader' };
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace: NAMESPACE }];
  const roleRef = { apiGroup, kind: 'Role', name: 'reader' };
  return [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, subjects, roleRef },
  ];
}
