import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { databaseErrors } from './database-errors.js';

/** How long a statement waits for another process's transaction before it gives up as DATABASE_UNAVAILABLE. */
const BUSY_TIMEOUT_MS = 5_000;
const MAX_PREPARED = 256;

/**
 * Opens the embedded twin: one connection to one file, mode 0600, write-ahead log, one fsync per commit.
 * @throws SluiceError DATABASE_UNAVAILABLE, DATABASE_DAMAGED, DATABASE_REFUSED
 */
export function openSqlite(file: string): Kysely<unknown> {
  return guarded(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    return new Kysely<unknown>({ dialect: new NodeSqliteDialect({ database: shim(database) }) });
  });
}

/** SQLite's DDL is transactional; saying so puts migrations inside one `begin immediate`, which no second process can enter. */
class NodeSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new NodeSqliteAdapter();
  }
}

/** The part of better-sqlite3's interface that Kysely wants, over `node:sqlite`. */
function shim(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => guarded(() => database.close()),
    prepare: (text) =>
      guarded(() => {
        const words = spoken(text, database.isTransaction);
        const known = prepared.get(words) ?? statement(database.prepare(words));
        return kept(prepared, words, known);
      }),
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

function statement(prepared: StatementSync): SqliteStatement {
  const values = (parameters: ReadonlyArray<unknown>) => parameters as SQLInputValue[];
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => guarded(() => prepared.all(...values(parameters)).map(withBuffers)),
    run: (parameters) => guarded(() => prepared.run(...values(parameters))),
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
