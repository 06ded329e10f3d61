import {
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
} from 'kysely';
import type { WalSync } from './wal-sync.js';

/** A connection, and whether it committed something since it was last asked. */
export interface WatchedDatabase extends SqliteDatabase {
  takeWrote(): boolean;
}

/** Kysely's SQLite dialect on one connection whose commits are synced in groups. */
export class GroupCommitDialect extends SqliteDialect {
  readonly #database: WatchedDatabase;
  readonly #sync: WalSync;

  constructor(database: WatchedDatabase, sync: WalSync) {
    super({ database });
    this.#database = database;
    this.#sync = sync;
  }

  override createAdapter(): SqliteAdapter {
    return new GroupCommitAdapter();
  }

  override createDriver(): Driver {
    return new GroupCommitDriver(this.#database, this.#sync);
  }
}

class GroupCommitAdapter extends SqliteAdapter {
  /** SQLite's DDL is transactional; saying so puts migrations inside one `begin immediate`, which no second process can enter. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The turns are the driver's: Kysely's own would last until the sync is over. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/**
 * Hands the one connection out in turns. A turn ends before its sync, so the next may commit meanwhile and share one; its caller is
 * answered when what it committed is durable. Others of this process may read it some tenths of a millisecond sooner: a machine lost
 * just then forgets both, in order, and their events come again.
 */
class GroupCommitDriver extends SqliteDriver {
  #last = Promise.resolve();
  #endTurn: () => void = () => undefined;
  readonly #database: WatchedDatabase;
  readonly #sync: WalSync;

  constructor(database: WatchedDatabase, sync: WalSync) {
    super({ database });
    this.#database = database;
    this.#sync = sync;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    await before;
    this.#endTurn = turn.resolve;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    const wrote = this.#database.takeWrote();
    this.#endTurn();
    if (wrote) await this.#sync.durable();
  }

  override async destroy(): Promise<void> {
    await this.#sync.close();
    await super.destroy();
  }
}
