import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAudit } from '@sluice/audit';
import { openInHandJournal } from '@sluice/bus';
import { type Keys, openKeys } from '@sluice/crypto';
import type { MemoryShelf } from '@sluice/crypto/testing';
import { type Database, type Migration, openDatabase, sql } from '@sluice/database';

const FILES = join(import.meta.dirname, '../../../../helm/sluice/files');

/** A file of the chart that the owner of the database runs. */
export const chartSql = (name: string): string => readFileSync(join(FILES, name), 'utf8');

/** A database of its own on the tests' server, with roles that nobody else has. */
export interface RoleGround {
  /** As the owner of the database. */
  readonly owner: Database;
  /** Statements that name roles as the chart does, in a session of their own. */
  apply(statements: string): Promise<void>;
  /** Lets these rooms log in; roles are removed at the end. */
  admit(rooms: readonly string[]): Promise<void>;
  /** A room's role in the server. */
  roleOf(room: string): string;
  urlAs(room: string): string;
  /** A session of a room's role; closed at the end. */
  openAs(room: string): Promise<Database>;
  close(): Promise<void>;
}

/** On the server that SLUICE_TEST_POSTGRES names. */
export async function makeRoleGround(): Promise<RoleGround> {
  const server = process.env['SLUICE_TEST_POSTGRES'];
  if (!server)
    throw new Error(
      'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
    );
  // Roles belong to the whole server: others may test beside.
  const mark = randomBytes(4).toString('hex');
  const roleOf = (room: string): string => `sluice_${mark}_${room.replaceAll('-', '_')}`;
  const url = Object.assign(new URL(server), { pathname: `roles_${mark}` });
  const admin = await openDatabase(server);
  await sql.raw(`create database roles_${mark}`).execute(admin.tables());
  const owner = await openDatabase(url.href);
  const sessions: Database[] = [owner];
  let applied = 0;
  const admitted: string[] = [];
  const urlAs = (room: string): string =>
    Object.assign(new URL(url), { username: roleOf(room), password: 'test' }).href;
  return {
    owner,
    roleOf,
    urlAs,
    async apply(statements) {
      // A transaction that failed half-way must not stay open in a session that others use.
      applied += 1;
      const session = await openDatabase(`${url.href}?application_name=applied-${applied}`);
      await sql
        .raw(statements.replaceAll('sluice_', roleOf('')))
        .execute(session.tables())
        .finally(() => session.close());
    },
    async admit(rooms) {
      admitted.push(...rooms);
      for (const room of rooms)
        await sql.raw(`alter role ${roleOf(room)} password 'test'`).execute(owner.tables());
    },
    async openAs(room) {
      const session = await openDatabase(urlAs(room), { guest: room === 'admin-door' });
      sessions.push(session);
      return session;
    },
    async close() {
      for (const session of sessions) await session.close();
      await sql.raw(`drop database roles_${mark} with (force)`).execute(admin.tables());
      for (const room of admitted) await sql.raw(`drop role ${roleOf(room)}`).execute(admin.tables());
      await admin.close();
    },
  };
}

/** What a room does in its database when it starts. */
export async function startIn(
  database: Database,
  room: string,
  { migrations, keysFolder, shelf }: RoomStart,
): Promise<Keys> {
  if (Object.keys(migrations).length > 0) await database.migrate(room, migrations);
  const keys = await openKeys(`local:${keysFolder}`, { shelf, database });
  if (room === 'archival') await openAudit(database);
  await (await openInHandJournal(database, room)).close();
  return keys;
}

export interface RoomStart {
  /** The room's own tables. */
  readonly migrations: Readonly<Record<string, Migration>>;
  readonly keysFolder: string;
  readonly shelf: MemoryShelf;
}

/** What PostgreSQL says of a statement, in its own words. */
export async function refusal(database: Database, statement: string): Promise<string> {
  const failed = await sql
    .raw(statement)
    .execute(database.tables())
    .catch((error: Error) => error);
  return failed instanceof Error ? inItsWords(failed) : 'done';
}

/** Our code and what PostgreSQL said. */
export function inItsWords({ message, cause }: Error): string {
  return cause instanceof Error ? `${message} ${cause.message}` : message;
}

/** Tables of a schema. */
export async function tablesIn(owner: Database, schema: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = ${schema} order by 1`.execute(owner.tables());
  return rows.map(({ name }) => name);
}
