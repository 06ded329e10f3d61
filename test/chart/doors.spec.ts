import { beforeAll, describe, expect, it } from 'vitest';
import { type RoomsTable, roomsTable } from './code/rooms-table.js';
import { helmTemplate, type Manifest, manifestsOf, notesOf } from './ground/chart.ts';
import { programs } from './ground/programs.ts';
import { valuesOf } from './ground/values.ts';
import { misroutedPolicies } from './names/edges.js';
import { withMistake } from './planted.js';

const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);
const DICOM = 'clinic-sluice-intake';
const WEB = 'clinic-sluice-intake-http';
const GATEWAY = ['intake.gateway.enabled=true', 'intake.gateway.parentRefs[0].name=internal'];
const INGRESS = ['intake.ingress.enabled=true', 'intake.ingress.host=dicom.example'];
const AWS = 'service.beta.kubernetes.io/aws-load-balancer-';
const NO_GATEWAY = ['intake.gateway.enabled=false'];
const PROXY = ['network.gateway[0].podSelector.matchLabels.app=proxy'];
const OWN_WEB = ['intake.gateway.enabled=false', 'intake.httpService.type=LoadBalancer'];

describe('the doors of intake', () => {
  let helm = '';
  let table: RoomsTable;

  beforeAll(async () => {
    ({ helm } = await programs(['helm'], say));
    table = await roomsTable();
  }, 15 * 60_000);

  const portsOf = (objects: readonly Manifest[], service: string) =>
    objects
      .filter(({ kind, metadata }) => kind === 'Service' && metadata.name === service)
      .map(({ spec }) => [spec.type, ...spec.ports.map(({ port }: { port: number }) => port)].join(' '))
      .join();
  /** What anybody may call, by the room's policy. */
  const openToAll = (objects: readonly Manifest[]) =>
    objects
      .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === DICOM)
      .flatMap(({ spec }) => spec.ingress as { from?: unknown[]; ports: { port: string }[] }[])
      .filter(({ from = [] }) => from.length === 0)
      .flatMap(({ ports }) => ports.map(({ port }) => port));

  it.each<[string, string, string[], string, string, string[]]>([
    ['within the cluster', 'cpu', [], 'ClusterIP 11112', 'ClusterIP 8080', ['dimse']],
    [
      'a balancer for modalities, TLS, a gateway',
      'aws',
      [],
      'LoadBalancer 2762',
      'ClusterIP 8080 8443',
      ['dimse-tls', 'https'],
    ],
    [
      'a balancer of its own for STOW-RS',
      'aws',
      OWN_WEB,
      'LoadBalancer 2762',
      'LoadBalancer 8443',
      ['dimse-tls', 'https'],
    ],
    [
      'plain DIMSE, asked for',
      'aws',
      ['intake.service.plain=true'],
      'LoadBalancer 11112 2762',
      'ClusterIP 8080 8443',
      ['dimse', 'dimse-tls', 'https'],
    ],
    [
      'a gateway that is gone, though the values still name its pods',
      'aws',
      NO_GATEWAY,
      'LoadBalancer 2762',
      'ClusterIP 8080 8443',
      ['dimse-tls', 'https'],
    ],
    ['a gateway', 'cpu', [...GATEWAY, ...PROXY], 'ClusterIP 11112', 'ClusterIP 8080', ['dimse']],
    ['an Ingress', 'cpu', [...INGRESS, ...PROXY], 'ClusterIP 11112', 'ClusterIP 8080', ['dimse']],
    ['a proxy without a door', 'cpu', PROXY, 'ClusterIP 11112', 'ClusterIP 8080', ['dimse']],
  ])('%s (%s %j): a load balancer shows what is asked for', async (_, profile, set, dicom, web, all) => {
    const objects = await manifestsOf({ helm, profile, set });
    expect(portsOf(objects, DICOM)).toBe(dicom);
    expect(portsOf(objects, WEB)).toBe(web);
    expect(openToAll(objects)).toEqual(all);
    expect(misroutedPolicies(objects, table, valuesOf(profile, set))).toEqual([]);
  });

  /** Load balancers of AWS that call pods from addresses of their own: whoever stands behind one looks like everybody else. */
  const hiding = (objects: readonly Manifest[]) =>
    objects
      .filter(({ kind, spec }) => kind === 'Service' && spec.type === 'LoadBalancer')
      .filter(({ metadata }) => {
        const says = (name: string): string => String(metadata.annotations?.[`${AWS}${name}`]);
        const attributes = says('target-group-attributes').split(',');
        return says('nlb-target-type') === 'ip' && !attributes.includes('preserve_client_ip.enabled=true');
      })
      .map(({ metadata }) => metadata.name);

  it("on AWS every balancer keeps the caller's address, and one that does not is seen", async () => {
    const objects = await manifestsOf({ helm, profile: 'aws', set: OWN_WEB });
    const names = ['clinic-sluice-admin-door', DICOM, WEB];
    const balancers = objects.filter(({ spec }) => spec?.type === 'LoadBalancer');
    expect(balancers.map(({ metadata }) => metadata.name).sort()).toEqual(names);
    expect(hiding(objects)).toEqual([]);
    for (const name of names) {
      const path = `metadata annotations ${AWS}target-group-attributes`;
      expect(hiding(withMistake(objects, { kind: 'Service', name, path, value: undefined }))).toEqual([name]);
    }
  });

  it("on AWS the balancer's own addresses may ask after the admin door's health", async () => {
    const objects = await manifestsOf({ helm, profile: 'aws' });
    const { spec } = objects.find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'clinic-sluice-admin-door',
    ) as Manifest;
    const rules = spec.ingress as { from: unknown; ports: { port: string }[] }[];
    expect(rules.find(({ ports }) => ports[0]?.port === 'admin')?.from).toEqual([
      { ipBlock: { cidr: '10.20.0.0/16' } },
      { ipBlock: { cidr: '10.0.96.0/20' } },
    ]);
  });

  it('the install notes say what is shown, and how to send there where it is plain', async () => {
    const within = await notesOf({ helm, profile: 'cpu' });
    expect(within).toContain('clinic-sluice-intake.imaging.svc (ClusterIP): DIMSE 11112\n');
    expect(within).toContain('clinic-sluice-intake-http.imaging.svc (ClusterIP): STOW-RS http 8080\n');
    expect(within).toContain('npx sluice push FOLDER --to AE@HOST:11112');
    const outside = await notesOf({ helm, profile: 'aws', set: OWN_WEB });
    expect(outside).toContain('(LoadBalancer): DIMSE over TLS 2762\n');
    expect(outside).toContain('(LoadBalancer): STOW-RS https 8443\n');
    expect(outside).not.toContain('sluice push');
  });

  it('the install notes have no way to send where intake is not', async () => {
    const off = ['intake.enabled=false', 'intake.tls.enabled=false'];
    const without = await notesOf({ helm, profile: 'aws', set: off });
    expect(without).not.toMatch(/Send something|-intake/);
    expect(without).toContain('\n\n3. Look and decide');
    expect(await notesOf({ helm, profile: 'aws' })).toContain('\n\n4. Look and decide');
  });

  it('the install notes name what is to be given, not what cert-manager makes under a name of your own', async () => {
    const given = (name: string) => `intake.tls.clientCa.secret=${name}`;
    const own = ['intake.tls.secret=our-door', 'adminDoor.tls.secret=our-admin-door'];
    const made = await notesOf({ helm, profile: 'aws', set: [...own, given('hospital-tls')] });
    expect(made).not.toMatch(/our-(admin-)?door/);
    expect(made).toMatch(/hospital-tls +ca\.crt\n/);
    const byHand = ['intake.tls.certManager.enabled=false', 'adminDoor.tls.certManager.enabled=false'];
    const brought = await notesOf({ helm, profile: 'aws', set: [...own, ...byHand] });
    expect(brought).toMatch(/our-door +tls\.crt\n/);
    expect(brought).toMatch(/our-admin-door +tls\.crt\n/);
  });

  it.each<[string, string, string[], string]>([
    ['plain DIMSE outside', 'cpu', ['intake.service.type=LoadBalancer'], 'intake.service.plain'],
    ['plain STOW-RS outside', 'cpu', ['intake.httpService.type=NodePort'], 'intake.tls.enabled'],
    [
      'a balancer behind a gateway',
      'aws',
      ['intake.httpService.type=LoadBalancer'],
      'intake.httpService.type',
    ],
    ['a gateway that the policy shuts out', 'cpu', GATEWAY, 'network.gateway'],
    ['an Ingress that the policy shuts out', 'cpu', INGRESS, 'network.gateway'],
  ])('refuses %s: %s %j', async (_, profile, set, words) => {
    const { status, errors } = await helmTemplate({ helm, profile, set });
    expect(status).not.toBe(0);
    expect(errors).toContain(words);
  });
});
