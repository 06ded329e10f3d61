import { examine, type Finding } from '@sluice/contracts';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Database } from './database.js';
import { openDatabase } from './open-database.js';

/** The migrations that this version knows, by the name that `database.migrate` is given. */
export interface RoomMigrations {
  readonly room: string;
  readonly migrations: Readonly<Record<string, Migration>>;
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
      database.dialect === 'postgres' ? [await checkServer(tables), await checkClock(tables)] : [];
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

function checkClock(tables: Kysely<unknown>): Promise<Finding> {
  return examine('clock', '', async () => {
    const before = Date.now();
    const { rows } = await sql<{ at: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::bigint as at`.execute(tables);
    const at = rows[0]?.at ?? 0;
    // The answer was made somewhere between question and answer.
    const skewMs = Math.max(before - at, at - Date.now(), 0);
    if (skewMs <= MAX_SKEW_MS) return `within ${MAX_SKEW_MS / 1_000} s of this machine's`;
    const found = `${Math.round(skewMs / 1_000)} s from this machine's`;
    return { state: 'bad', found, fix: 'Set the clocks of this machine and of the database by NTP.' };
  });
}

function checkMigrations(database: Database, rooms: readonly RoomMigrations[]): Promise<Finding> {
  return examine('migrations', '', async () => {
    const present = new Set(
      (await database.tables<unknown>().introspection.getTables()).map(({ name }) => name),
    );
    const [absent, behind, ahead]: [string[], string[], string[]] = [[], [], []];
    for (const { room, migrations, optional } of rooms) {
      if (!present.has(`migrations_${room}`)) {
        if (!optional) absent.push(room);
        continue;
      }
      const done = await doneIn(database.tables(), room);
      behind.push(
        ...Object.keys(migrations)
          .filter((name) => !done.includes(name))
          .map((name) => `${room}: ${name}`),
      );
      ahead.push(...done.filter((name) => !(name in migrations)).map((name) => `${room}: ${name}`));
    }
    if (ahead.length > 0)
      return {
        state: 'bad',
        found: `unknown to this version: ${ahead.join(', ')}`,
        fix: 'The database is newer than this program: use the version that the services run.',
      };
    if (absent.length + behind.length > 0)
      return {
        state: 'bad',
        found: `missing: ${[...absent, ...behind].join(', ')}`,
        fix: 'Start each service of this version once: it brings its own tables up to date.',
      };
    return `those of ${rooms.filter(({ room }) => present.has(`migrations_${room}`)).length} rooms are done`;
  });
}

async function doneIn(tables: Kysely<Record<string, { name: string }>>, room: string): Promise<string[]> {
  const rows = await tables.selectFrom(`migrations_${room}`).select('name').execute();
  return rows.map(({ name }) => name);
}
