import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHIVAL_MIGRATIONS } from '@sluice/archival/rows/tables';
import { openAudit } from '@sluice/audit';
import { openInHandJournal } from '@sluice/bus';
import { type Keys, openKeys } from '@sluice/crypto';
import { memoryShelf } from '@sluice/crypto/testing';
import { type Database, type Migration, openDatabase, sql } from '@sluice/database';
import { INFERENCE_MIGRATIONS } from '@sluice/inference/rows/tables';
import { SCRUBBING_MIGRATIONS } from '@sluice/scrubbing/ledger/tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roomsTable } from './rooms-table.js';

const SQL = readFileSync(join(import.meta.dirname, '../../../helm/sluice/files/database-roles.sql'), 'utf8');
const QUEUE = readFileSync(
  join(import.meta.dirname, '../../../helm/sluice/files/inference-queue.sql'),
  'utf8',
);
const server = process.env['SLUICE_TEST_POSTGRES'];
const unitOnly = !server && process.env['SLUICE_TEST_UNIT'] === '1';

/** A room's own tables. Encryption has none but the journal's. */
const MIGRATIONS: Readonly<Record<string, Readonly<Record<string, Migration>>>> = {
  scrubbing: SCRUBBING_MIGRATIONS,
  inference: INFERENCE_MIGRATIONS,
  encryption: {},
  archival: ARCHIVAL_MIGRATIONS,
};
const shelf = memoryShelf();
const keysFolder = mkdtempSync(join(tmpdir(), 'database-roles-'));
/** Roles belong to the whole server: others may test beside. */
const mark = randomBytes(4).toString('hex');
const roleOf = (room: string): string => `sluice_${mark}_${room}`;

let owner: Database;
let admin: Database;
const rooms = new Map<string, Database>();
const open = (room: string): Database => rooms.get(room) as Database;

async function openAs(room: string): Promise<Database> {
  const url = new URL(server ?? '');
  url.pathname = `roles_${mark}`;
  url.username = roleOf(room);
  url.password = 'test';
  const database = await openDatabase(url.href);
  rooms.set(room, database);
  return database;
}

/** What a room does in its database when it starts. */
async function startRoom(room: string): Promise<Keys> {
  const database = await openAs(room);
  const migrations = MIGRATIONS[room] ?? {};
  if (Object.keys(migrations).length > 0) await database.migrate(room, migrations);
  const keys = await openKeys(`local:${keysFolder}`, { shelf, database });
  if (room === 'archival') await openAudit(database);
  await (await openInHandJournal(database, room)).close();
  return keys;
}

/** In PostgreSQL's own words. */
async function refusal(database: Database, statement: string): Promise<string> {
  const failed = await sql
    .raw(statement)
    .execute(database.tables())
    .catch((error: Error) => error);
  return failed instanceof Error ? `${failed.message} ${String((failed.cause as Error).message)}` : 'done';
}

async function counted(database: Database): Promise<number> {
  const { rows } = await sql.raw<Record<string, unknown>>(QUEUE).execute(database.tables());
  return Number(Object.values(rows[0] ?? {})[0]);
}

describe.skipIf(unitOnly)('a database role per room (files/database-roles.sql)', () => {
  beforeAll(async () => {
    if (!server)
      throw new Error(
        'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
      );
    admin = await openDatabase(server);
    await sql.raw(`create database roles_${mark}`).execute(admin.tables());
    const url = new URL(server);
    url.pathname = `roles_${mark}`;
    owner = await openDatabase(url.href);
    await sql.raw(SQL.replaceAll('sluice_', roleOf(''))).execute(owner.tables());
    for (const room of [...Object.keys(MIGRATIONS), 'scaler'])
      await sql.raw(`alter role ${roleOf(room)} password 'test'`).execute(owner.tables());
  });

  afterAll(async () => {
    for (const database of rooms.values()) await database.close();
    await owner.close();
    await sql.raw(`drop database roles_${mark} with (force)`).execute(admin.tables());
    for (const room of [...Object.keys(MIGRATIONS), 'scaler'])
      await sql.raw(`drop role ${roleOf(room)}`).execute(admin.tables());
    await admin.close();
    rmSync(keysFolder, { recursive: true });
  });

  it('has one for each room with a database, and for no other', async () => {
    const { rooms: table } = await roomsTable();
    const asking = Object.keys(table).filter((room) => table[room]?.reaches.includes('database'));
    const made = [...SQL.matchAll(/^create role sluice_(\w+) login;$/gm)].map((match) => match[1]);
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

  it.each([
    ['scrubbing', 'select * from archival.archival_received'],
    ['inference', 'select * from scrubbing.scrubbing_outcomes'],
    ['encryption', 'delete from archival.audit_records'],
    ['archival', 'delete from shared.crypto_subject_secrets'],
    ['scrubbing', "update shared.crypto_subject_secrets set wrapped = ''"],
    ['inference', 'create table public.mine (a text)'],
    ['archival', 'create table shared.mine (a text)'],
  ])('%s may not: %s', async (room, statement) => {
    await expect(refusal(open(room), statement)).resolves.toMatch(/permission denied/);
  });

  it('lets KEDA count what waits for a model, and read nothing else of it', async () => {
    for (const [, grant = ''] of SQL.matchAll(/^-- {3}(grant select .*;)$/gm))
      await sql.raw(grant.replaceAll('sluice_', roleOf(''))).execute(owner.tables());
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
