import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDatabase } from './check-database.js';
import { openDatabase, sql, type Migration } from './index.js';

const server = process.env['SLUICE_TEST_POSTGRES'];
const skip = !server && process.env['SLUICE_TEST_UNIT'] === '1';
const FIRST: Record<string, Migration> = {
  '001-first': { up: (tables) => tables.schema.createTable('suite_a').addColumn('id', 'integer').execute() },
};
const SECOND: Record<string, Migration> = {
  ...FIRST,
  '002-second': { up: (tables) => tables.schema.createTable('suite_b').addColumn('id', 'integer').execute() },
};

/** What the check-up says of the tables before, between and after the migrations of this version. */
async function checkTables(url: string): Promise<void> {
  const tablesRow = async (migrations: Record<string, Migration>, optional = false) => {
    const findings = await checkDatabase(url, [{ room: 'suite', migrations, optional }]);
    expect(findings.filter(({ check, state }) => check !== 'migrations' && state !== 'ok')).toEqual([]);
    const row = findings.find(({ check }) => check === 'migrations');
    return `${row?.state}: ${row?.found}`;
  };
  expect(await tablesRow(FIRST)).toBe('bad: missing: suite');
  expect(await tablesRow(FIRST, true)).toBe('ok: those of 0 rooms are done');
  const database = await openDatabase(url);
  await database.migrate('suite', FIRST);
  expect(await tablesRow(SECOND)).toBe('bad: missing: suite: 002-second');
  await database.migrate('suite', SECOND);
  expect(await tablesRow(SECOND)).toBe('ok: those of 1 rooms are done');
  expect(await tablesRow(FIRST)).toBe('bad: unknown to this version: suite: 002-second');
  await database.close();
}

it('knows the tables of this version from older and newer ones, on SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  await checkTables(`sqlite:${join(folder, 'check.db')}`);
  await rm(folder, { recursive: true });
});

it('says what to do where no server answers, and nothing more', async () => {
  const findings = await checkDatabase('postgres://nobody:nothing@127.0.0.1:1/nowhere', []);
  expect(findings).toMatchObject([{ check: 'reachable', state: 'bad' }]);
  expect(findings[0]?.fix).toContain('DATABASE_URL');
});

describe.skipIf(skip)('the check-up of PostgreSQL', () => {
  const name = `check_${randomBytes(6).toString('hex')}`;
  const own = async (): Promise<string> => {
    if (!server)
      throw new Error(
        'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
      );
    const admin = await openDatabase(server);
    await sql.raw(`create database ${name}`).execute(admin.tables());
    await admin.close();
    const url = new URL(server);
    url.pathname = name;
    return url.href;
  };
  afterAll(async () => {
    if (!server) return;
    const admin = await openDatabase(server);
    await sql.raw(`drop database if exists ${name} with (force)`).execute(admin.tables());
    await admin.close();
  });

  it('finds a durable server with the right time, and knows its tables', async () => {
    const url = await own();
    await checkTables(url);
    const careless = new URL(url);
    careless.searchParams.set('options', '-c synchronous_commit=off');
    const replica = new URL(url);
    replica.searchParams.set('options', '-c default_transaction_read_only=on');
    const found = async (at: URL) =>
      (await checkDatabase(at.href, [])).find(({ check }) => check === 'durable');
    expect(await found(new URL(url))).toMatchObject({ state: 'ok' });
    expect(await found(careless)).toMatchObject({ state: 'bad', found: 'fsync on, synchronous_commit off' });
    expect(await found(replica)).toMatchObject({ state: 'bad', found: 'a read-only replica' });
  });

  it("looks at one room's tables where each room has a schema of its own", async () => {
    const url = new URL(server ?? '');
    url.pathname = name;
    const admin = await openDatabase(url.href);
    await sql`create schema suite_room`.execute(admin.tables());
    await admin.close();
    url.searchParams.set('options', '-c search_path=suite_room');
    const own = await openDatabase(url.href);
    await own.migrate('own', FIRST);
    await own.close();
    const rooms = [
      { room: 'own', migrations: FIRST, owner: 'suite_room' },
      { room: 'other', migrations: FIRST, owner: 'other_room' },
    ];
    const row = (await checkDatabase(url.href, rooms)).find(({ check }) => check === 'migrations');
    expect(row).toMatchObject({ state: 'note', found: 'those of 1 rooms are done, seen as suite_room' });
  });
});
