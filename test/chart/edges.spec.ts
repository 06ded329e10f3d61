import { wantedTopics } from '@sluice/bus';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RoomsTable, roomsTable } from './code/rooms-table.js';
import { type Manifest, manifestsOf, PROFILES } from './ground/chart.ts';
import { programs } from './ground/programs.ts';
import { deniedWays, misroutedPolicies } from './names/edges.js';
import { type Mistake, withMistake } from './planted.js';

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

  it.each(PROFILES)('%s: each room may go where its code goes, and nowhere else', (profile) => {
    expect(misroutedPolicies(of(profile), table)).toEqual([]);
    expect(deniedWays(of(profile))).toEqual([]);
  });

  it('a way that the code gains or loses, or that a policy loses, is seen', () => {
    const rooms = { ...table.rooms };
    const scrubbing = rooms['scrubbing'] as RoomsTable['rooms'][string];
    const gained = {
      ...table,
      rooms: { ...rooms, intake: { ...rooms['intake'], reaches: [...scrubbing.reaches] } },
    };
    expect(misroutedPolicies(of('cpu'), gained as RoomsTable).join()).toMatch(/intake.*database/);
    const lost = {
      ...table,
      rooms: { ...rooms, scrubbing: { ...scrubbing, reaches: ['bus', 'keys', 'store'] } },
    };
    expect(misroutedPolicies(of('cpu'), lost as RoomsTable).join()).toMatch(/scrubbing.*database/);
    const objects = of('cpu');
    const policy = objects.find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.endsWith('-archival'),
    );
    policy?.['spec'].egress.pop();
    expect(misroutedPolicies(objects, table).join()).toMatch(/archival.*store/);
  });

  it('a policy that lets everything through is seen', () => {
    const objects = of('cpu');
    const policy = objects.find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.endsWith('-archival'),
    );
    policy?.['spec'].egress.push({});
    expect(misroutedPolicies(objects, table).join()).toMatch(/archival.*everywhere/);
  });

  it.each<[string, Mistake['path'], Mistake['value'], RegExp]>([
    ['the name service', 'spec egress 0 ports', [{ port: 9092 }], /archival.*name service is shut/],
    ['who reads metrics', 'spec ingress 0 from', undefined, /archival.*everybody/],
  ])('a policy that does not say %s is seen', (_what, path, value, words) => {
    const objects = withMistake(of('cpu'), { kind: 'NetworkPolicy', name: 'archival', path, value });
    expect(misroutedPolicies(objects, table).join()).toMatch(words);
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
