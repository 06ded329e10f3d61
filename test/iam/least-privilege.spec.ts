import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KMS } from '@aws-sdk/client-kms';
import { ObjectKind } from '@sluice/contracts';
import { phantomStudy, phantomUltrasound, type SampleDataSet, us } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realDoors, startInstallation, type Installation } from '../installation/installation.js';
import { shippedModel } from '../installation/shipped-model.js';
import { sluice } from '../installation/sluice-command.js';
import { allowedBy } from './evaluate.js';
import { IAM_FOLDER, readGrants } from './grants.js';
import { guardedAws, type GuardedAws, type GuardedPlace } from './guarded-aws.js';
import { keyPolicy, type Policy, rolePolicy } from './policies.js';
import { RARE } from './rare.js';
import { repairEachKind } from './repair-each-kind.js';
import { partsOf, unusedParts, without } from './used.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const UNIT = process.env['SLUICE_TEST_UNIT'] === '1';
const GRANTS = readGrants();
const ROLES = Object.keys(GRANTS);
const ROOT = new URL('../../', import.meta.url);
const PEERS = JSON.stringify([{ name: 'local', tenant: 't1', aeTitle: 'LOCAL' }]);

let folder: string;
let doors: Record<string, string>;
let guards: Record<string, GuardedAws>;
let installation: Installation;

/** A role's own doors: the servers behind its guard. */
function guarded(role: string): Record<string, string> {
  const store = new URL(doors['STORE_URL'] ?? '');
  store.searchParams.set('endpoint', guards[role]!.url);
  return { STORE_URL: store.href, KEYS_URL: `aws-kms:?region=us-east-1&endpoint=${guards[role]!.url}` };
}

async function placeOf(): Promise<GuardedPlace> {
  const store = new URL(doors['STORE_URL'] ?? '');
  const kms = new URL(doors['KEYS_URL'] ?? '').searchParams.get('endpoint') ?? '';
  const client = new KMS({ endpoint: kms, region: 'us-east-1' });
  const { Aliases = [] } = await client.listAliases({ Limit: 1000 });
  client.destroy();
  const arnOf = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;
  const aliases = new Map(Aliases.map((row) => [arnOf(row.TargetKeyId ?? ''), row.AliasName ?? '']));
  const prefix = `${store.pathname.slice(1)}/`;
  return { s3: store.searchParams.get('endpoint') ?? '', kms, prefix, aliases };
}

const as = (role: string, ...words: string[]) =>
  sluice([...words, '--json'], { folder, environment: { ...doors, ...guarded(role), PEERS } });

beforeAll(async () => {
  if (UNIT) return;
  folder = await mkdtemp(join(tmpdir(), 'sluice-iam-'));
  doors = await realDoors();
  const place = await placeOf();
  const made = ROLES.map(async (role) => {
    const policy = JSON.parse(await readFile(new URL(`${role}.json`, IAM_FOLDER), 'utf8')) as Policy;
    return [role, await guardedAws(role, policy, place)] as const;
  });
  guards = Object.fromEntries(await Promise.all(made));
  installation = await startInstallation({
    doors,
    inference: { ...shippedModel(), INFERENCE_QUIET_MS: '500', INFERENCE_ROUND_MS: '200' },
    settingsOf: (name) => ({
      ...guarded(name),
    }),
  });
});
afterAll(async () => {
  await installation?.stop();
  for (const guard of Object.values(guards ?? {})) guard.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function push(name: string, instances: Iterable<{ part10: Buffer }>): Promise<void> {
  await mkdir(join(folder, name));
  let at = 0;
  for (const { part10 } of instances) await writeFile(join(folder, name, `${at++}.dcm`), part10);
  const pushed = await as(
    'intake',
    'push',
    join(folder, name),
    '--to',
    `SLUICE@127.0.0.1:${installation.dimsePort}`,
  );
  expect(pushed.values.map((value) => value['outcome'])).toEqual(Array.from({ length: at }, () => 'stored'));
}

/** Waits until each study has what is asked of it, and its manifest. */
async function until(
  what: string,
  holds: (study: Record<string, unknown>) => boolean,
  studies = 1,
): Promise<void> {
  for (;;) {
    const { values } = await as('admin-door', 'status');
    const denied = ROLES.filter((role) => guards[role]!.denied.length > 0);
    if (denied.length > 0)
      throw new Error(`${what}: ${denied.join(', ')} was refused: ${JSON.stringify(deniedOf())}`);
    const done = values.filter(
      (study) => holds(study) && (study['manifest'] as { version: number }).version > 0,
    );
    if (done.length >= studies) return;
    await sleep(200);
  }
}

const deniedOf = () =>
  ROLES.flatMap((role) =>
    guards[role]!.denied.map(({ action, resource }) => `${role} ${action} ${resource}`),
  );

describe.skipIf(UNIT)(
  'an installation in which each service may do what deploy/iam says and nothing else',
  () => {
    it('archives a study raw and clean', async () => {
      await push('ct', phantomStudy({ seed: 71, modality: 'CT', instances: 2, rows: 32, columns: 32 }));
      await until('a study', (study) => study['archivedClean'] === 2);
    });

    it('holds what cannot be proven clean, shows it to a person, and stages it again at their word; a model answers', async () => {
      await push('us', phantomUltrasound({ seed: 5, instances: 1 }));
      // More bits stored than allocated: nothing can look at its pixels.
      const plant = (): SampleDataSet => [[0x00280101, 'US', us(17)]];
      const unproven = { seed: 72, modality: 'US', instances: 1, rows: 32, columns: 32, plant } as const;
      await push('held', phantomStudy(unproven));
      await until('a held picture', (study) => Object.keys(study['quarantined'] as object).length > 0);
      const held = (await as('admin-door', 'quarantine', 'list')).values[0];
      const key = String(held?.['key'] ?? held?.['contentKey']);
      expect((await as('admin-door', 'quarantine', 'show', key, '--out', join(folder, 'shown'))).code).toBe(
        0,
      );
      const release = await as('admin-door', 'quarantine', 'release', key, '--reason', 'nothing is shown');
      expect({ code: release.code, stderr: release.stderr }).toEqual({ code: 0, stderr: '' });
      // Staged again, scrubbed again and, as nothing can look at it, held again: the study's second version says so. And the model's answer.
      const isDecided = (study: Record<string, unknown>) =>
        study['unsettled'] === 0 && (study['manifest'] as { version: number }).version > 1;
      await until('a decided picture', isDecided);
      await until(
        'a picture with results',
        (study) => study['archivedClean'] === 1 && study['unsettled'] === 0,
      );
    });

    it('opens archived objects for a person, tells the public key, and is checked', async () => {
      for (const kind of ['raw', 'clean', 'result'])
        expect(
          (await as('admin-door', 'export', '--all', '--kind', kind, '--out', join(folder, kind))).code,
        ).toBe(0);
      expect((await as('admin-door', 'public-key')).code).toBe(0);
      const checked = await as('doctor', 'doctor', '--versioning', '--object-lock');
      expect(checked.values.filter((row) => row['state'] === 'bad').map((row) => row['check'])).toEqual([
        'versions',
        'object lock',
      ]);
    });

    it('repairs a damaged object of each kind from its staged copy', async () => {
      const places = { real: doors['STORE_URL']!, guarded: guarded('archival')['STORE_URL']! };
      expect(await repairEachKind(folder, places)).toEqual(ObjectKind.options);
    });

    it('put every object on the condition that none stands there, whole or in parts', () => {
      const puts = ROLES.flatMap((role) => guards[role]!.allowed.map(({ call }) => call.context));
      const creating = puts.filter((context) => context['s3:ObjectCreationOperation']?.[0] === 'true');
      expect(creating.length).toBeGreaterThan(ROLES.length);
      for (const context of creating) expect(context['s3:if-none-match']).toEqual(['*']);
      expect(puts.some((context) => context['s3:ObjectCreationOperation']?.[0] === 'false')).toBe(true);
    });

    it('was refused nothing', () => expect(deniedOf()).toEqual([]));

    it.each(ROLES)('needed every part of what %s is granted', (role) => {
      const calls = guards[role]!.allowed.map(({ call }) => call);
      const rare = RARE.filter(([who]) => who === role).map(([, part]) => part);
      expect(unusedParts(GRANTS[role]!, calls).sort()).toEqual([...rare].sort());
    });

    it('the keys say the same as the roles', () => {
      for (const role of ROLES)
        for (const { call } of guards[role]!.allowed.filter((row) => row.call.action.startsWith('kms:'))) {
          const purpose = call.context['kms:ResourceAliases']?.[0]?.replace('alias/sluice-', '') ?? '';
          const policy = keyPolicy(purpose as Parameters<typeof keyPolicy>[0], GRANTS);
          expect(allowedBy(policy, call), `${role} ${call.action} ${purpose}`).toBeDefined();
        }
    });

    it('would have failed without any one of them', () => {
      for (const role of ROLES) {
        const rare = RARE.filter(([who]) => who === role).map(([, part]) => part);
        for (const part of partsOf(GRANTS[role]!).filter((each) => !rare.includes(each))) {
          const policy = rolePolicy(without(GRANTS[role]!, part));
          const stopped = guards[role]!.allowed.some(({ call }) => !allowedBy(policy, call));
          expect(stopped, `${role} ${part}`).toBe(true);
        }
      }
    });
  },
);

describe('a grant that a run does not reach', () => {
  it.each(RARE)('%s %s is needed by %s', async (role, part, file, text) => {
    expect(partsOf(GRANTS[role]!)).toContain(part);
    expect(await readFile(new URL(file, ROOT), 'utf8')).toContain(text);
  });
});
