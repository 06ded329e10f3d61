import type { Kysely, Transaction } from 'kysely';
import type { Migration } from 'kysely/migration';

/** One pool per process. Open one with `openDatabase(url)`; `sqlite:FILE` or `postgres://...`. */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Typed by the room that owns the tables: `database.tables<ScrubbingTables>()`. */
  tables<T>(): Kysely<T>;
  /** A transaction that outlives this process but perhaps not the machine: one fsync less, for notes about this process alone. */
  jot<T, R>(work: (tables: Transaction<T>) => Promise<R>): Promise<R>;
  /**
   * Runs a room's migrations once, in order, guarded against two processes at a time. Each room has its own list and its own
   * bookkeeping (`migrations_<room>`); table names begin with the room's name.
   */
  migrate(room: string, migrations: Readonly<Record<string, Migration>>): Promise<void>;
  /** How far this machine's clock is before the database's, ms. */
  skewMs(): Promise<number>;
  probe(): Promise<void>;
  close(): Promise<void>;
}
