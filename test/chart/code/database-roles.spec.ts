import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHIVAL_MIGRATIONS } from '@sluice/archival/rows/tables';
import { auditMigrations, openAudit } from '@sluice/audit';
import { handMigrations } from '@sluice/bus';
import { type Keys, openKeys, SECRET_MIGRATIONS } from '@sluice/crypto';
import { memoryShelf } from '@sluice/crypto/testing';
import { checkDatabase, type Database, type Migration, sql } from '@sluice/database';
import { INFERENCE_MIGRATIONS } from '@sluice/inference/rows/tables';
import { SCRUBBING_MIGRATIONS } from '@sluice/scrubbing/ledger/tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chartSql,
  makeRoleGround,
  refusal,
  type RoleGround,
  startIn,
  tablesIn,
} from './roles/role-ground.js';
import { roomsTable } from './rooms-table.js';

const SQL = chartSql('database-roles.sql');
const QUEUE = chartSql('inference-queue.sql');
const unitOnly = !process.env['SLUICE_TEST_POSTGRES'] && process.env['SLUICE_TEST_UNIT'] === '1';

/** A room's own tables. Encryption has none but the journal's. */
const MIGRATIONS: Readonly<Record<string, Readonly<Record<string, Migration>>>> = {
  scrubbing: SCRUBBING_MIGRATIONS,
  inference: INFERENCE_MIGRATIONS,
  encryption: {},
  archival: ARCHIVAL_MIGRATIONS,
};
const shelf = memoryShelf();
const keysFolder = mkdtempSync(join(tmpdir(), 'database-roles-'));
/** Who comes in: the rooms, the door as a guest in archival's tables, and KEDA. */
const ROLES = [...Object.keys(MIGRATIONS), 'admin-door', 'scaler'];

let ground: RoleGround;
let trailGround: RoleGround;
let owner: Database;
const rooms = new Map<string, Database>();
const open = (room: string): Database => rooms.get(room) as Database;

async function openAs(room: string): Promise<Database> {
  const database = await ground.openAs(room);
  rooms.set(room, database);
  return database;
}

async function startRoom(room: string): Promise<Keys> {
  return startIn(await openAs(room), room, { migrations: MIGRATIONS[room] ?? {}, keysFolder, shelf });
}

/** Columns, constraints, triggers and functions of the audit trail in a schema, in PostgreSQL's own words. */
async function trailIn(database: Database, schema: string): Promise<string[]> {
  const { rows } = await sql<{ says: string }>`
    select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) as says
      from information_schema.columns where table_schema = ${schema} and table_name like '%audit%'
    union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
      where connamespace = ${schema}::regnamespace
    union all select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
      where relnamespace = ${schema}::regnamespace and not tgisinternal
    union all select proname || trim(prosrc) from pg_proc where pronamespace = ${schema}::regnamespace
    union all select name from ${sql.table(`${schema}.migrations_audit`)}
    union all select 'head ' || name || seq || hash from ${sql.table(`${schema}.audit_head`)}`.execute(
    database.tables(),
  );
  return rows.map(({ says }) => says.replaceAll(`${schema}.`, '')).sort();
}

async function counted(database: Database): Promise<number> {
  const { rows } = await sql.raw<Record<string, unknown>>(QUEUE).execute(database.tables());
  return Number(Object.values(rows[0] ?? {})[0]);
}

describe.skipIf(unitOnly)('a database role per room (files/database-roles.sql)', () => {
  beforeAll(async () => {
    ground = await makeRoleGround();
    trailGround = await makeRoleGround();
    ({ owner } = ground);
    await ground.apply(SQL);
    await ground.admit(ROLES);
  });

  afterAll(async () => {
    await ground.close();
    await trailGround.close();
    rmSync(keysFolder, { recursive: true });
  });

  it('has one for each room with a database, and for no other', async () => {
    const { rooms: table } = await roomsTable();
    const asking = Object.keys(table).filter((room) => table[room]?.reaches.includes('database'));
    const made = [...SQL.matchAll(/^create role sluice_(\w+) login;$/gm)].map(([, name = '']) =>
      name.replaceAll('_', '-'),
    );
    expect(made).toEqual([...asking, 'scaler']);
  });

  it('lets each room start, in any order, and share the secrets of subjects', async () => {
    const scrubbing = await startRoom('scrubbing');
    const archival = await startRoom('archival');
    await startRoom('inference');
    const encryption = await startRoom('encryption');
    const secret = await scrubbing.subject('t1', 'a'.repeat(64)).pseudonym();
    expect(await archival.subject('t1', 'a'.repeat(64)).pseudonym()).toEqual(secret);
    await expect(encryption.subject('t1', 'b'.repeat(64)).archive('x', 'c')).resolves.toBeDefined();
    const rows = await sql`select purpose from shared.crypto_subject_secrets order by purpose`.execute(
      owner.tables(),
    );
    expect(rows.rows).toHaveLength(2);
  });

  it('makes the audit trail as the code would', async () => {
    await openAudit(trailGround.owner);
    const made = await trailIn(trailGround.owner, 'public');
    expect(made.length).toBeGreaterThan(15);
    expect(await trailIn(owner, 'audit')).toEqual(made);
  });

  it('lets the admin door read what archival has, append to the trail, and make no table', async () => {
    const door = await openAs('admin-door');
    await door.migrate('archival', ARCHIVAL_MIGRATIONS);
    for (const name of await tablesIn(owner, 'archival'))
      expect(await refusal(door, `select * from archival.${name}`), name).toBe('done');
    const [trail, own] = await Promise.all([openAudit(door), openAudit(open('archival'))]);
    const entry = {
      tenant: '-',
      actor: { kind: 'person', name: 'ada' },
      subject: {},
      outcome: 'success',
    } as const;
    for (let turn = 0; turn < 5; turn += 1)
      await Promise.all([trail, own].map((each) => each.record({ ...entry, action: 'command' })));
    expect(await trail.list({ action: 'command' })).toHaveLength(10);
    await expect(own.verify()).resolves.toMatchObject({ intact: true, rows: 10 });
    const keys = await openKeys(`local:${keysFolder}`, { shelf, database: door });
    await expect(keys.subject('t1', 'b'.repeat(64)).openArchive('x', 'c')).resolves.toBeDefined();
  });

  it("has nothing red where the admin door's doctor looks", async () => {
    const findings = await checkDatabase(ground.urlAs('admin-door'), [
      { room: 'archival', migrations: ARCHIVAL_MIGRATIONS, owner: 'archival' },
      { room: 'audit', migrations: auditMigrations('postgres'), owner: 'archival' },
      { room: 'crypto', migrations: SECRET_MIGRATIONS },
      { ...handMigrations('archival'), owner: 'archival' },
      { room: 'scrubbing', migrations: SCRUBBING_MIGRATIONS, owner: 'scrubbing' },
    ]);
    expect(findings.filter(({ state }) => state === 'bad')).toEqual([]);
    expect(findings.at(-1)).toMatchObject({ found: 'those of 4 rooms are done, seen as archival' });
  });

  it.each([
    'insert into archival.archival_studies select * from archival.archival_studies',
    "update archival.archival_objects set name = ''",
    'delete from audit.audit_records',
    "update audit.audit_records set record = ''",
    "update audit.audit_head set name = ''",
    'insert into audit.migrations_audit select * from audit.migrations_audit',
    'insert into shared.crypto_subject_secrets select * from shared.crypto_subject_secrets',
    'select * from scrubbing.scrubbing_outcomes',
    'create table archival.mine (a text)',
    'create table audit.mine (a text)',
  ])('the admin door may not: %s', async (statement) => {
    await expect(refusal(open('admin-door'), statement)).resolves.toMatch(/permission denied/);
  });

  it.each([
    ['scrubbing', 'select * from archival.archival_received'],
    ['inference', 'select * from scrubbing.scrubbing_outcomes'],
    ['encryption', 'delete from audit.audit_records'],
    ['encryption', 'drop table audit.audit_records'],
    ['archival', 'delete from shared.crypto_subject_secrets'],
    ['scrubbing', "update shared.crypto_subject_secrets set wrapped = ''"],
    ['inference', 'create table public.mine (a text)'],
    ['archival', 'create table shared.mine (a text)'],
  ])('%s may not: %s', async (room, statement) => {
    await expect(refusal(open(room), statement)).resolves.toMatch(/permission denied|must be owner/);
  });

  it('lets KEDA count what waits for a model, and read nothing else of it', async () => {
    for (const [, grant = ''] of SQL.matchAll(/^-- {3}(grant select .*;)$/gm)) await ground.apply(grant);
    const scaler = await openAs('scaler');
    expect(await counted(scaler)).toBe(0);
    const inference = open('inference').tables();
    await sql`insert into inference_series (series_key, tenant, subject_key, study_key, changed_at)
      values ('s', 't1', 'a', 'b', 1)`.execute(inference);
    expect(await counted(scaler)).toBe(1);
    await sql`update inference_series set gated_at = 1`.execute(inference);
    await sql`insert into inference_jobs (object_id, series_key, urgent, queued_at, copy)
      values ('o1', 's', 0, 1, ''), ('o2', 's', 0, 1, '')`.execute(inference);
    expect(await counted(scaler)).toBe(2);
    await sql`update inference_jobs set state = 'done'`.execute(inference);
    expect(await counted(scaler)).toBe(1);
    await sql`update inference_jobs set said_at = 1`.execute(inference);
    expect(await counted(scaler)).toBe(0);
    await expect(refusal(scaler, 'select copy from inference_jobs')).resolves.toMatch(/permission denied/);
  });
});
