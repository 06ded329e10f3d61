import { resolve } from 'node:path';
import { SluiceError } from '@sluice/contracts';
import { sql, type Kysely, type Transaction } from 'kysely';
import { openPostgres, type PostgresOptions } from './database-postgres.js';
import { openSqlite } from './database-sqlite.js';
import type { Database } from './database.js';
import { jot } from './jot.js';
import { migrate } from './migrate.js';
import { expectMigrated } from './migrations-done.js';

/** How a database is opened. */
export interface OpenOptions extends PostgresOptions {
  /** Reads tables that are another's: `migrate` changes nothing, and throws DATABASE_TABLES_MISSING until the owner has made them. */
  readonly guest?: boolean;
}

interface Opened {
  readonly tables: Kysely<unknown>;
  readonly forgetWrites?: () => void;
}

interface Shared extends Opened {
  users: number;
}

const opened = new Map<string, Shared>();

/**
 * Opens `postgres://...` or `sqlite:FILE`. The same URL opened again in this process shares one pool or connection (the first
 * one's options hold), which ends with its last `close`. PostgreSQL is not connected before its first statement.
 * Both sides speak text, integer, bigint (as number), double precision and bytea (as Buffer); booleans are 0 and 1, times are
 * milliseconds or ISO text, JSON is text. On SQLite a transaction holds the one connection: inside it use only its own handle.
 * @throws SluiceError DATABASE_URL_INVALID, DATABASE_UNAVAILABLE, DATABASE_DAMAGED
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const file = /^sqlite:(?<file>.+)$/s.exec(url)?.groups?.['file'];
  const { guest = false } = options;
  if (file)
    return share(`sqlite:${resolve(file)}`, { dialect: 'sqlite', guest }, () => openSqlite(resolve(file)));
  if (/^postgres(ql)?:\/\//.test(url))
    return share(url, { dialect: 'postgres', guest }, () => ({ tables: openPostgres(url, options) }));
  throw new SluiceError('DATABASE_URL_INVALID');
}

function share(
  key: string,
  { dialect, guest }: Pick<Database, 'dialect'> & Required<Pick<OpenOptions, 'guest'>>,
  open: () => Opened,
): Database {
  const shared = opened.get(key) ?? { ...open(), users: 0 };
  opened.set(key, shared);
  shared.users += 1;
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    shared.users -= 1;
    if (shared.users > 0) return;
    opened.delete(key);
    await shared.tables.destroy();
  };
  return {
    dialect,
    tables: <T>() => shared.tables as Kysely<T>,
    jot: <T, R>(work: (tables: Transaction<T>) => Promise<R>) =>
      jot(shared.tables as Kysely<T>, shared.forgetWrites, work),
    migrate: (room, migrations) =>
      guest
        ? expectMigrated({ tables: shared.tables, dialect }, room, migrations)
        : migrate(shared.tables, room, migrations),
    skewMs: () => (dialect === 'sqlite' ? Promise.resolve(0) : postgresSkewMs(shared.tables)),
    probe: async () => void (await sql`select 1`.execute(shared.tables)),
    close,
  };
}

/** Our clock in the middle of the question is compared with the answer. */
async function postgresSkewMs(tables: Kysely<unknown>): Promise<number> {
  const before = Date.now();
  const { rows } = await sql<{ now: number }>`
    select extract(epoch from clock_timestamp())::double precision * 1000 as now`.execute(tables);
  return (before + Date.now()) / 2 - (rows[0]?.now ?? before);
}
