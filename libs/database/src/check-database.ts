import { examine, type Finding } from '@sluice/contracts';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Database } from './database.js';
import { migrationsDone } from './migrations-done.js';
import { openDatabase } from './open-database.js';

/** The migrations that this version knows, by the name that `database.migrate` is given. */
export interface RoomMigrations {
  readonly room: string;
  readonly migrations: Readonly<Record<string, Migration>>;
  /** Where each room has a schema of its own, the one that these tables are in; none: every role sees them. */
  readonly owner?: string;
  /** May be absent: the room is not installed everywhere. */
  readonly optional?: boolean;
}

const MAX_SKEW_MS = 5_000;

/**
 * Asks the database whether it answers, is durable, knows the time and has this version's tables; changes nothing. When it does not
 * answer, that row alone. @throws SluiceError DATABASE_URL_INVALID
 */
export async function checkDatabase(
  url: string,
  rooms: readonly RoomMigrations[],
): Promise<readonly Finding[]> {
  const database = await openDatabase(url, { poolSize: 1, queryTimeoutMs: 10_000 });
  try {
    const reached = await examine('reachable', '', async () => {
      await database.probe();
      return `${database.dialect} answers`;
    });
    if (reached.state === 'bad') return [reached];
    const tables = database.tables<unknown>();
    const server =
      database.dialect === 'postgres' ? [await checkServer(tables), await checkClock(database)] : [];
    return [reached, ...server, await checkMigrations(database, rooms)];
  } finally {
    await database.close();
  }
}

/** What an acknowledgement rests on. */
function checkServer(tables: Kysely<unknown>): Promise<Finding> {
  return examine('durable', '', async () => {
    const { rows } = await sql<{ version: string; fsync: string; commit: string; readOnly: string }>`
      select current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit, current_setting('transaction_read_only') as "readOnly"`.execute(
      tables,
    );
    const { version = '?', fsync, commit, readOnly } = rows[0] ?? {};
    if (readOnly === 'on')
      return { state: 'bad', found: 'a read-only replica', fix: 'Name the primary in DATABASE_URL.' };
    if (fsync !== 'on' || commit === 'off')
      return {
        state: 'bad',
        found: `fsync ${fsync}, synchronous_commit ${commit}`,
        fix: 'Set fsync = on and synchronous_commit = on: what was committed must survive a power cut.',
      };
    return `version ${version.split(' ')[0]}, fsync on, synchronous_commit ${commit}`;
  });
}

function checkClock(database: Database): Promise<Finding> {
  return examine('clock', '', async () => {
    const skewMs = Math.abs(await database.skewMs());
    if (skewMs <= MAX_SKEW_MS) return `within ${MAX_SKEW_MS / 1_000} s of this machine's`;
    const found = `${Math.round(skewMs / 1_000)} s from this machine's`;
    return { state: 'bad', found, fix: 'Set the clocks of this machine and of the database by NTP.' };
  });
}

function checkMigrations(database: Database, rooms: readonly RoomMigrations[]): Promise<Finding> {
  return examine('migrations', '', async () => {
    const schema = await schemaOf(database);
    const alone = schema !== undefined && rooms.some(({ owner }) => owner === schema);
    const seen = rooms.filter(({ owner }) => !alone || owner === undefined || owner === schema);
    const states = await Promise.all(seen.map((room) => stateOf(database, room)));
    const ahead = states.flatMap((state) => state.ahead);
    if (ahead.length > 0)
      return {
        state: 'bad',
        found: `unknown to this version: ${ahead.join(', ')}`,
        fix: 'The database is newer than this program: use the version that the services run.',
      };
    const missing = states.flatMap((state) => state.missing);
    if (missing.length > 0)
      return {
        state: 'bad',
        found: `missing: ${missing.join(', ')}`,
        fix: 'Start each service of this version once: it brings its own tables up to date.',
      };
    const found = `those of ${states.filter(({ there }) => there).length} rooms are done`;
    const fix = "Run it with each room's DATABASE_URL: this role sees one schema.";
    return alone ? { state: 'note', found: `${found}, seen as ${schema}`, fix } : found;
  });
}

/** The schema that a role's own tables go to; none on SQLite. */
async function schemaOf(database: Database): Promise<string | undefined> {
  if (database.dialect === 'sqlite') return undefined;
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(
    database.tables(),
  );
  return rows[0]?.name ?? undefined;
}

async function stateOf(database: Database, { room, migrations, optional }: RoomMigrations) {
  const done = await migrationsDone(database.tables(), database.dialect, room);
  if (!done) return { there: false, missing: optional ? [] : [room], ahead: [] };
  const named = (names: readonly string[]) => names.map((name) => `${room}: ${name}`);
  return {
    there: true,
    missing: named(Object.keys(migrations).filter((name) => !done.includes(name))),
    ahead: named(done.filter((name) => !(name in migrations))),
  };
}
