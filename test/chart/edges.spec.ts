import { wantedTopics } from '@sluice/bus';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RoomsTable, roomsTable } from './code/rooms-table.js';
import { type Manifest, manifestsOf, PROFILES } from './ground/chart.ts';
import { programs } from './ground/programs.ts';
import { valuesOf } from './ground/values.ts';
import { deniedWays, misroutedPolicies } from './names/edges.js';
import { withMistake } from './planted.js';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);

describe('who talks to whom', () => {
  const rendered = new Map<string, Manifest[]>();
  const of = (profile: string): Manifest[] => structuredClone(rendered.get(profile) ?? []);
  let table: RoomsTable;
  let helm = '';

  beforeAll(async () => {
    ({ helm } = await programs(['helm'], say));
    for (const profile of PROFILES) rendered.set(profile, await manifestsOf({ helm, profile }));
    table = await roomsTable();
  }, 15 * 60_000);

  const problemsOf = (objects: Manifest[], profile: string, code = table): string =>
    misroutedPolicies(objects, code, valuesOf(profile)).join('\n');

  it.each(PROFILES)(
    '%s: each room may go where its code goes and the values name, and nowhere else',
    (profile) => {
      expect(problemsOf(of(profile), profile)).toBe('');
      expect(deniedWays(of(profile))).toEqual([]);
    },
  );

  it('a way that the code gains or loses is seen', () => {
    const rooms = { ...table.rooms };
    const scrubbing = rooms['scrubbing'] as RoomsTable['rooms'][string];
    const gained = { ...rooms, intake: { ...rooms['intake'], reaches: [...scrubbing.reaches] } };
    expect(problemsOf(of('cpu'), 'cpu', { ...table, rooms: gained } as RoomsTable)).toMatch(
      /intake: out: database .* is shut/,
    );
    const lost = { ...rooms, scrubbing: { ...scrubbing, reaches: ['bus', 'keys', 'store'] } };
    expect(problemsOf(of('cpu'), 'cpu', { ...table, rooms: lost } as RoomsTable)).toMatch(
      /scrubbing: out: TCP 5432 is open/,
    );
  });

  const kafka = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kafka' } } };
  const internet = { ipBlock: { cidr: '0.0.0.0/0' } };
  const metadata = { ipBlock: { cidr: '169.254.169.254/32' } };
  const agent = { ports: [{ port: 80 }], to: [{ ipBlock: { cidr: '169.254.170.23/32' } }] };
  /** Where AWS's own rule stands, in a profile in which the room uses each of its ways. */
  const last = (room: string) => `spec egress ${1 + (table.rooms[room]?.reaches.length ?? 0)}`;
  /** Where the rule of a way stands: after the name service, in the order of the code's table. */
  const at = (room: string, way: string) =>
    `spec egress ${1 + (table.rooms[room]?.reaches as string[]).indexOf(way)}`;

  it.each<[string, string, string, () => string, unknown, RegExp]>([
    [
      'a way that is shut',
      'cpu',
      'archival',
      () => `${at('archival', 'store')} ports`,
      [{ port: 1 }],
      /out: store .* shut/,
    ],
    ['everything out', 'cpu', 'archival', () => 'spec egress -', {}, /out: every port is open for everybody/],
    [
      'a port for everybody',
      'cpu',
      'archival',
      () => `${at('archival', 'bus')} to`,
      undefined,
      /TCP 9092 is open for everybody/,
    ],
    [
      'no name service',
      'cpu',
      'archival',
      () => 'spec egress 0 ports',
      [{ port: 9092 }],
      /name service .* is shut/,
    ],
    [
      'names by TCP alone',
      'cpu',
      'archival',
      () => 'spec egress 0 ports',
      [{ port: 53 }],
      /\(UDP 53\) is shut/,
    ],
    [
      'a range of ports',
      'cpu',
      'archival',
      () => `${at('archival', 'bus')} ports 0 endPort`,
      9999,
      /TCP 9092-9999 is open/,
    ],
    [
      'one peer too many',
      'strimzi',
      'archival',
      () => `${at('archival', 'bus')} to -`,
      internet,
      /9093 is open for .*0\.0\.0\.0/,
    ],
    [
      'a wider peer',
      'strimzi',
      'archival',
      () => `${at('archival', 'bus')} to 0`,
      kafka,
      /out: bus .* is shut for .*podSelector/,
    ],
    [
      'the addresses of the node',
      'cpu',
      'archival',
      () => `${at('archival', 'store')} to -`,
      metadata,
      /open for .*169\.254\.169\.254/,
    ],
    [
      'no exception for the node',
      'cpu',
      'archival',
      () => `${at('archival', 'store')} to 1 ipBlock except`,
      undefined,
      /store .* is shut/,
    ],
    ["AWS's agent where nobody asks it", 'irsa', 'archival', () => 'spec egress -', agent, /TCP 80 is open/],
    [
      "another port of AWS's agent",
      'aws',
      'archival',
      () => `${last('archival')} ports`,
      [{ port: 443 }],
      /identity .* is shut/,
    ],
    [
      "more than AWS's agent",
      'aws',
      'archival',
      () => `${last('archival')} to -`,
      metadata,
      /TCP 80 is open for .*169\.254\.169/,
    ],
    ['everything in', 'cpu', 'archival', () => 'spec ingress -', {}, /in: every port is open for everybody/],
    [
      'metrics for everybody',
      'cpu',
      'archival',
      () => 'spec ingress 0 from',
      undefined,
      /in: TCP http is open for everybody/,
    ],
    [
      'metrics for one more',
      'cpu',
      'archival',
      () => 'spec ingress 0 from -',
      kafka,
      /in: TCP http is open for .*kafka/,
    ],
    ['metrics for nobody', 'cpu', 'archival', () => 'spec ingress', [], /in: metrics .* is shut/],
    [
      'a gateway shut out',
      'aws',
      'intake',
      () => 'spec ingress 1 from',
      [kafka],
      /in: the gateway .* is shut/,
    ],
    [
      'a door that no Service shows',
      'aws',
      'intake',
      () => 'spec ingress 2 ports -',
      { port: 'dimse' },
      /in: TCP dimse is open/,
    ],
    [
      'senders shut out',
      'aws',
      'intake',
      () => 'spec ingress 2 from',
      [kafka],
      /in: senders \(TCP dimse-tls\) is shut/,
    ],
    [
      'the admin door for everybody',
      'aws',
      'admin-door',
      () => 'spec ingress 1 from',
      undefined,
      /in: TCP admin is open for everybody/,
    ],
    [
      'the admin door for one more',
      'aws',
      'admin-door',
      () => 'spec ingress 1 from -',
      kafka,
      /in: TCP admin is open for .*kafka/,
    ],
    [
      'people shut out',
      'aws',
      'admin-door',
      () => 'spec ingress 1 ports',
      [{ port: 'https' }],
      /in: people .* is shut/,
    ],
    [
      'the way to the trail shut',
      'aws',
      'admin-door',
      () => `${at('admin-door', 'database')} ports`,
      [{ port: 1 }],
      /admin-door: out: database .* is shut/,
    ],
    [
      'a way to peers',
      'aws',
      'admin-door',
      () => 'spec egress -',
      { ports: [{ port: 11112 }], to: [internet] },
      /admin-door: out: TCP 11112 is open/,
    ],
  ])('a policy with %s is seen (%s, %s)', (_what, profile, name, path, value, words) => {
    const objects = withMistake(of(profile), { kind: 'NetworkPolicy', name, path: path(), value });
    expect(problemsOf(objects, profile)).toMatch(words);
  });

  const release = { 'app.kubernetes.io/name': 'sluice', 'app.kubernetes.io/instance': 'clinic' };
  const strangers = /archival: .* is not about the room's own pods/;
  const oneWay = /archival: .* is not about both ways/;
  it.each<[string, string, unknown, RegExp]>([
    ['every pod there is', 'podSelector', {}, strangers],
    ['every pod of the release', 'podSelector', { matchLabels: release }, strangers],
    [
      "another room's pods",
      'podSelector',
      { matchLabels: { ...release, 'app.kubernetes.io/component': 'scrubbing' } },
      strangers,
    ],
    [
      'fewer pods than its room has',
      'podSelector matchExpressions',
      [{ key: 'canary', operator: 'Exists' }],
      strangers,
    ],
    ['what goes out alone', 'policyTypes', ['Egress'], oneWay],
    ['what comes in alone', 'policyTypes', ['Ingress'], oneWay],
    ['whatever Kubernetes takes it for', 'policyTypes', undefined, oneWay],
  ])('a policy of a room that is about %s is seen (%s %j)', (_what, place, value, words) => {
    const mistake = { kind: 'NetworkPolicy', name: 'archival', path: `spec ${place}`, value };
    expect(problemsOf(withMistake(of('cpu'), mistake), 'cpu')).toMatch(words);
  });

  it('one more policy that lets everything through is seen, of a room or of none', () => {
    const objects = of('cpu');
    const more = (labels: Record<string, string>) =>
      ({
        ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'more', labels } },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] },
      }) satisfies Manifest;
    const labels = { 'app.kubernetes.io/component': 'archival' };
    expect(problemsOf([...objects, more(labels)], 'cpu')).toMatch(/archival: out: every port/);
    expect(problemsOf([...objects, more({})], 'cpu')).toMatch(/more: a policy of no room/);
  });

  it('topics are made as the code would make them', () => {
    const objects = of('strimzi');
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    const env = deployment?.['spec'].template.spec.containers[0].env as { name: string; value: string }[];
    const url = env.find(({ name }) => name === 'BUS_URL')?.value ?? '';
    const groups = Object.values(table.rooms).flatMap(({ group }) => group ?? []);
    const made = objects
      .filter(({ kind }) => kind === 'KafkaTopic')
      .map(({ spec: { topicName: name, partitions, replicas: replication, config: settings } }) => ({
        name: name as string,
        partitions,
        replication,
        settings,
      }));
    const byName = (left: { name: string }, right: { name: string }) => left.name.localeCompare(right.name);
    expect(made.sort(byName)).toEqual([...wantedTopics(url, { groups, tenants: ['t1', 't2'] })].sort(byName));
  });
});
