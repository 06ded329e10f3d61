import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteStatement } from 'kysely';
import { databaseErrors } from './database-errors.js';
import { GroupCommitDialect, type WatchedDatabase } from './sqlite-dialect.js';
import { createWalSync, type WalSync } from './wal-sync.js';

/** How long a statement waits for another process's transaction before it gives up as DATABASE_UNAVAILABLE. */
const BUSY_TIMEOUT_MS = 5_000;
const MAX_PREPARED = 256;
/** Everything but what only reads or leaves nothing; outside a transaction it is committed when it returns. */
const WRITES = /^(?!\s*(?:select|begin|rollback|savepoint|release|pragma)\b)/i;

/** The embedded side: its tables, and what a jot says at its end: that what was just committed need not be synced. */
export interface Sqlite {
  readonly tables: Kysely<unknown>;
  forgetWrites(): void;
}

/**
 * Opens the embedded twin: one connection to one file, mode 0600, write-ahead log; commits are synced in groups (wal-sync.ts).
 * @throws SluiceError DATABASE_UNAVAILABLE, DATABASE_DAMAGED, DATABASE_REFUSED
 */
export function openSqlite(file: string, sync: WalSync = createWalSync(file)): Sqlite {
  return guarded(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    database.exec('pragma journal_mode = wal; pragma synchronous = normal');
    const watched = shim(database);
    const tables = new Kysely<unknown>({ dialect: new GroupCommitDialect(watched, sync) });
    return { tables, forgetWrites: () => watched.forgetWrites() };
  });
}

/** The part of better-sqlite3's interface that Kysely wants, over `node:sqlite`. */
function shim(database: DatabaseSync): WatchedDatabase {
  const prepared = new Map<string, SqliteStatement>();
  let wrote: boolean | undefined = false;
  const noteWrites = <T>(words: string, work: () => T): T => {
    const result = guarded(work);
    wrote ||= !database.isTransaction && WRITES.test(words);
    return result;
  };
  return {
    close: () => guarded(() => database.close()),
    prepare: (text) =>
      guarded(() => {
        const words = spoken(text, database.isTransaction);
        const known =
          prepared.get(words) ?? statement(database.prepare(words), (work) => noteWrites(words, work));
        return kept(prepared, words, known);
      }),
    takeWrote: () => {
      const taken = wrote;
      wrote = false;
      return taken;
    },
    forgetWrites: () => void (wrote = undefined),
  };
}

/** Statements that are used again are not parsed again; the longest unused goes first. */
function kept(
  prepared: Map<string, SqliteStatement>,
  words: string,
  known: SqliteStatement,
): SqliteStatement {
  prepared.delete(words);
  prepared.set(words, known);
  if (prepared.size > MAX_PREPARED) prepared.delete(prepared.keys().next().value ?? '');
  return known;
}

function spoken(text: string, inTransaction: boolean): string {
  // A deferred transaction that turns into a writer fails at once when another process wrote meanwhile; immediate ones wait.
  if (text === 'begin') return 'begin immediate';
  // SQLite ends a transaction itself when its disk is full; Kysely's rollback would then fail and hide why.
  if (text === 'rollback' && !inTransaction) return 'select 1';
  return text;
}

function statement(prepared: StatementSync, ran: <T>(work: () => T) => T): SqliteStatement {
  const values = (parameters: ReadonlyArray<unknown>) => parameters as SQLInputValue[];
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => ran(() => prepared.all(...values(parameters)).map(withBuffers)),
    run: (parameters) => ran(() => prepared.run(...values(parameters))),
    iterate: (parameters) => prepared.iterate(...values(parameters)),
  };
}

/** Blobs as Buffer, as `pg` gives them. */
function withBuffers(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof Uint8Array)
      row[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return row;
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw databaseErrors(cause);
  }
}
