import { beforeAll, describe, expect, it } from 'vitest';
import { manifestsOf, PROFILES, type Manifest } from './ground/chart.ts';
import { programs } from './ground/programs.ts';
import { misnamedCorridor } from './names/corridor.js';
import { danglingReferences } from './names/references.js';
import { misnamedWorkloads } from './names/workloads.js';
import { type Mistake, withMistake } from './planted.js';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

function problemsOf(objects: readonly Manifest[]): string[] {
  return [misnamedWorkloads, misnamedCorridor, danglingReferences].flatMap((judge) => judge(objects));
}

describe('names in the chart equal names in the code', () => {
  const rendered = new Map<string, Manifest[]>();
  const of = (profile: string): Manifest[] => rendered.get(profile) ?? [];

  beforeAll(async () => {
    const { helm } = await programs(['helm'], say);
    for (const profile of PROFILES) rendered.set(profile, await manifestsOf({ helm, profile }));
  }, 15 * 60_000);

  it.each(PROFILES)('%s', (profile) => {
    expect(of(profile).filter(({ kind }) => kind === 'Deployment').length).toBeGreaterThan(3);
    expect(problemsOf(of(profile))).toEqual([]);
  });

  const pod = 'spec template spec';
  const container = `${pod} containers 0`;
  const component = 'app.kubernetes.io/component';
  const scrubbing = { kind: 'Deployment', name: 'scrubbing' };
  const door = { kind: 'Deployment', name: 'admin-door' };
  const scaled = { kind: 'ScaledObject', name: 'scrubbing' };
  const user = { kind: 'KafkaUser', name: 'scrubbing' };
  const acl = (type: string) => ({
    operations: ['Read'],
    resource: { type, name: 'sluice.x', patternType: 'literal' },
  });
  it.each<[string, string, Mistake, RegExp]>([
    ['image', 'cpu', { ...scrubbing, path: `${container} image`, value: 'sluice/scrubber:1' }, /image/],
    [
      'image of a command',
      'aws',
      { ...door, path: `${container} image`, value: 'sluice/admin-door:1' },
      /image/,
    ],
    ['command', 'aws', { ...door, path: `${container} args`, value: ['admin'] }, /told: admin/],
    [
      'words for a service',
      'aws',
      { ...scrubbing, path: `${container} args`, value: ['status'] },
      /told: status/,
    ],
    [
      'missing list of people',
      'aws',
      { ...door, path: `${container} env`, value: [] },
      /ADMIN_PEOPLE is missing/,
    ],
    [
      'port of the door',
      'aws',
      { kind: 'Service', name: 'admin-door', path: 'spec ports 0 targetPort', value: 'https' },
      /opens/,
    ],
    ['room', 'cpu', { ...scrubbing, path: `metadata labels ${component}`, value: 'scrub' }, /no room/],
    [
      'setting',
      'cpu',
      { ...scrubbing, path: `${container} env -`, value: { name: 'STORE_URI', value: 'x' } },
      /STORE_URI/,
    ],
    [
      'value',
      'cpu',
      { ...scrubbing, path: `${container} env -`, value: { name: 'LOG_LEVEL', value: 'loud' } },
      /LOG_LEVEL/,
    ],
    ['missing setting', 'cpu', { ...scrubbing, path: `${container} env`, value: [] }, /STORE_URL is missing/],
    [
      'port',
      'cpu',
      { kind: 'Deployment', name: 'intake', path: `${container} ports 0 containerPort`, value: 104 },
      /listen/,
    ],
    [
      'probe',
      'cpu',
      { ...scrubbing, path: `${container} readinessProbe httpGet path`, value: '/ready' },
      /\/ready/,
    ],
    [
      'grace period',
      'cpu',
      { ...scrubbing, path: `${pod} terminationGracePeriodSeconds`, value: 30 },
      /killed/,
    ],
    ['API token', 'cpu', { ...scrubbing, path: `${pod} automountServiceAccountToken`, value: true }, /token/],
    [
      'account',
      'cpu',
      { ...scrubbing, path: `${pod} serviceAccountName`, value: 'default' },
      /ServiceAccount/,
    ],
    ['group', 'cpu', { ...scaled, path: 'spec triggers 0 metadata consumerGroup', value: 'scrub' }, /group/],
    ['topic', 'cpu', { ...scaled, path: 'spec triggers 0 metadata topic', value: 'object.sealed' }, /hear/],
    ['Deployment of KEDA', 'cpu', { ...scaled, path: 'spec scaleTargetRef name', value: 'x' }, /Deployment/],
    [
      'Deployment of an HPA',
      'hpa',
      { kind: 'HorizontalPodAutoscaler', path: 'spec scaleTargetRef name', value: 'x' },
      /Deployment/,
    ],
    [
      'budget',
      'cpu',
      { kind: 'PodDisruptionBudget', path: `spec selector matchLabels ${component}`, value: 'x' },
      /selects/,
    ],
    [
      'policy',
      'cpu',
      {
        kind: 'NetworkPolicy',
        name: 'intake',
        path: `spec podSelector matchLabels ${component}`,
        value: 'x',
      },
      /selects/,
    ],
    ['Service port', 'cpu', { kind: 'Service', path: 'spec ports 0 targetPort', value: 'dcm' }, /opens/],
    ['route', 'aws', { kind: 'HTTPRoute', path: 'spec rules 0 backendRefs 0 name', value: 'x' }, /Service/],
    [
      'KafkaTopic',
      'strimzi',
      { kind: 'KafkaTopic', path: 'spec topicName', value: 'sluice.instance.recieved' },
      /no topic/,
    ],
    [
      'retention',
      'strimzi',
      { kind: 'KafkaTopic', path: 'spec config retention.ms', value: 86_400_000 },
      /keeps/,
    ],
    [
      'right on a topic',
      'strimzi',
      { ...user, path: 'spec authorization acls -', value: acl('topic') },
      /topic sluice.x/,
    ],
    [
      'right of the door',
      'strimzi',
      { ...user, name: 'admin-door', path: 'spec authorization acls -', value: acl('topic') },
      /admin-door.*topic sluice.x/,
    ],
    [
      'right on a group',
      'strimzi',
      {
        ...user,
        path: 'spec authorization acls 0 resource',
        value: { type: 'group', name: 'sluice.scrubbings' },
      },
      /scrubbings/,
    ],
  ])('a planted mistake is seen: %s', (_what, profile, mistake, words) => {
    expect(problemsOf(withMistake(of(profile), mistake)).join('\n')).toMatch(words);
  });

  it('a topic that nobody made is seen', () => {
    const without = of('strimzi').filter(({ metadata }) => !metadata.name.includes('object.sealed'));
    expect(without.length).toBeLessThan(of('strimzi').length);
    expect(problemsOf(without)).toEqual(['no KafkaTopic for object.sealed']);
  });
});
