import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHIVAL_MIGRATIONS } from '@sluice/archival/rows/tables';
import { type Audit, openAudit } from '@sluice/audit';
import { memoryShelf } from '@sluice/crypto/testing';
import { type Database, sql } from '@sluice/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rightsIn } from './roles/rights-in.js';
import {
  chartSql,
  inItsWords,
  makeRoleGround,
  refusal,
  type RoleGround,
  startIn,
  tablesIn,
} from './roles/role-ground.js';

/** As a new installation has them, as an installation before the admin door got them (the file of 38caa3d), and from that to this. */
const NEW = chartSql('database-roles.sql');
const BEFORE = readFileSync(join(import.meta.dirname, 'roles/before-admin-door.sql'), 'utf8');
const UPGRADE = chartSql('database-roles-admin-door.sql');
/** What archival's sessions need before they may go on while the trail is moved (docs/upgrading.md). */
const BOTH_PATHS = 'alter role sluice_archival set search_path = archival, audit, shared';
const TRAIL = ['audit_head', 'audit_records', 'migrations_audit', 'migrations_audit_lock'];
const ROLES = ['scrubbing', 'inference', 'encryption', 'archival', 'scaler'];
const unitOnly = !process.env['SLUICE_TEST_POSTGRES'] && process.env['SLUICE_TEST_UNIT'] === '1';

const shelf = memoryShelf();
const keysFolder = mkdtempSync(join(tmpdir(), 'database-roles-upgrade-'));
const grounds: RoleGround[] = [];

async function makeGround(roles: string): Promise<RoleGround> {
  const ground = await makeRoleGround();
  grounds.push(ground);
  await ground.apply(roles);
  await ground.admit(ROLES);
  return ground;
}

/** Archival as it starts, of either version: its tables are the same. */
async function startArchival(ground: RoleGround): Promise<{ database: Database; trail: Audit }> {
  const database = await ground.openAs('archival');
  await startIn(database, 'archival', { migrations: ARCHIVAL_MIGRATIONS, keysFolder, shelf });
  return { database, trail: await openAudit(database) };
}

async function record(trail: Audit, name: string, times: number): Promise<void> {
  const what = { tenant: 't1', action: 'command', subject: {}, outcome: 'success' } as const;
  for (let turn = 0; turn < times; turn += 1)
    await trail.record({ ...what, actor: { kind: 'person', name } });
}

/** Why the upgrade did not happen, in PostgreSQL's words. */
async function refused(ground: RoleGround): Promise<string> {
  const thrown: unknown = await ground.apply(UPGRADE).catch((error: unknown) => error);
  return thrown instanceof Error ? inItsWords(thrown) : 'done';
}

describe.skipIf(unitOnly)('from roles before the admin door (files/database-roles-admin-door.sql)', () => {
  let ground: RoleGround;
  let archival: { database: Database; trail: Audit };

  beforeAll(async () => {
    ground = await makeGround(BEFORE);
    archival = await startArchival(ground);
    await record(archival.trail, 'before', 3);
  });

  afterAll(async () => {
    for (const each of grounds) await each.close();
    rmSync(keysFolder, { recursive: true });
  });

  it('is refused while sessions of archival look for the trail where it was, and changes nothing then', async () => {
    const before = await rightsIn(ground);
    await archival.database
      .tables()
      .connection()
      .execute(async (held) => {
        await sql`select 1`.execute(held);
        expect(await refused(ground)).toMatch(/archival runs and looks for the trail where it was/);
      });
    expect(await rightsIn(ground)).toEqual(before);
    expect(await tablesIn(ground.owner, 'archival')).toEqual(expect.arrayContaining(TRAIL));
  });

  it('moves the trail while archival, begun anew, appends to it', async () => {
    await ground.apply(BOTH_PATHS);
    await archival.database.close();
    archival = await startArchival(ground);
    await Promise.all([record(archival.trail, 'meanwhile', 50), ground.apply(UPGRADE)]);
    await ground.admit(['admin-door']);
    await record(archival.trail, 'after', 2);
    expect(await tablesIn(ground.owner, 'audit')).toEqual(TRAIL);
    expect(await tablesIn(ground.owner, 'archival')).not.toEqual(expect.arrayContaining(['audit_records']));
    await expect(archival.trail.verify()).resolves.toEqual({ intact: true, rows: 55 });
  });

  it('changes nothing when it is run again', async () => {
    const before = await rightsIn(ground);
    await ground.apply(UPGRADE);
    expect(await rightsIn(ground)).toEqual(before);
    await expect(archival.trail.verify()).resolves.toEqual({ intact: true, rows: 55 });
  });

  it('gives every role what a new installation gives it, no less and no more', async () => {
    const fresh = await makeGround(NEW);
    await fresh.admit(['admin-door']);
    await startArchival(fresh);
    const rights = await rightsIn(fresh);
    expect(rights.length).toBeGreaterThan(100);
    expect(await rightsIn(ground)).toEqual(rights);
  });

  it('leaves an archival that starts anew nothing to make', async () => {
    await archival.database.close();
    const tables = await tablesIn(ground.owner, 'archival');
    archival = await startArchival(ground);
    expect(await tablesIn(ground.owner, 'archival')).toEqual(tables);
    await expect(archival.trail.verify()).resolves.toEqual({ intact: true, rows: 55 });
  });

  it('lets the door read what archival made before and will make, and append to the one chain', async () => {
    await sql`create table archival_to_come (a text)`.execute(archival.database.tables());
    const door = await ground.openAs('admin-door');
    await door.migrate('archival', ARCHIVAL_MIGRATIONS);
    for (const name of await tablesIn(ground.owner, 'archival'))
      expect(await refusal(door, `select * from archival.${name}`), name).toBe('done');
    const trail = await openAudit(door);
    await record(trail, 'ada', 2);
    expect(await trail.list({ action: 'command' })).toHaveLength(57);
    await expect(trail.verify()).resolves.toEqual({ intact: true, rows: 57 });
    await expect(archival.trail.verify()).resolves.toEqual({ intact: true, rows: 57 });
  });

  it.each([
    "update archival.archival_objects set name = ''",
    'delete from audit.audit_records',
    "update audit.audit_records set record = ''",
    'truncate audit.audit_records',
    "update audit.audit_head set name = ''",
    'drop table audit.audit_records',
    'insert into audit.migrations_audit select * from audit.migrations_audit',
    'create table audit.mine (a text)',
    'create table archival.mine (a text)',
    'insert into shared.crypto_subject_secrets select * from shared.crypto_subject_secrets',
  ])('the door may not: %s', async (statement) => {
    const door = await ground.openAs('admin-door');
    await expect(refusal(door, statement)).resolves.toMatch(/permission denied|must be owner/);
  });

  it('keeps the triggers: not even archival changes what was written', async () => {
    for (const statement of ["update audit.audit_records set record = ''", 'delete from audit.audit_records'])
      await expect(refusal(archival.database, statement)).resolves.toMatch(/append-only/);
  });

  it('is refused where archival never started, and where there are two trails', async () => {
    const empty = await makeGround(BEFORE);
    expect(await refused(empty)).toMatch(/there is no audit trail yet/);
    expect((await rightsIn(empty)).join()).not.toMatch(/admin_door|schema audit/);
    await ground.apply('create table archival.audit_records (seq bigint)');
    expect(await refused(ground)).toMatch(/two audit trails/);
  });
});
