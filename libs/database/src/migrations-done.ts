import { SluiceError } from '@sluice/contracts';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Database } from './database.js';

/** Names of a room's migrations that the database has had; undefined where it has none of that room's tables, or this role sees none. */
export async function migrationsDone(
  tables: Kysely<unknown>,
  dialect: Database['dialect'],
  room: string,
): Promise<string[] | undefined> {
  const table = `migrations_${room}`;
  const { rows } =
    dialect === 'sqlite'
      ? await sql`select name from sqlite_master where type = 'table' and name = ${table}`.execute(tables)
      : await sql`select 1 where to_regclass(${table}) is not null`.execute(tables);
  if (rows.length === 0) return undefined;
  const named = tables as Kysely<Record<string, { name: string }>>;
  return (await named.selectFrom(table).select('name').execute()).map(({ name }) => name);
}

/** A guest's `migrate`: changes nothing. @throws SluiceError DATABASE_TABLES_MISSING where the owner has yet to make what this version reads */
export async function expectMigrated(
  { tables, dialect }: { tables: Kysely<unknown>; dialect: Database['dialect'] },
  room: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const done = await migrationsDone(tables, dialect, room);
  const missing = Object.keys(migrations).filter((name) => !done?.includes(name));
  if (missing.length > 0) throw new SluiceError('DATABASE_TABLES_MISSING', { detail: room });
}
