import {
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
} from 'kysely';
import type { WalSync } from './wal-sync.js';

/** A connection that knows whether it committed something since it was last asked. */
export interface WatchedDatabase extends SqliteDatabase {
  /** Undefined after a jot, which waits for no sync, its own or another's. */
  takeWrote(): boolean | undefined;
  forgetWrites(): void;
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
 * Hands the one connection out in turns. A turn ends before its sync, so the next may commit meanwhile and share one. Its caller is
 * answered when what it committed is durable, and what it read too: nobody acts on a row that a lost machine would forget.
 */
class GroupCommitDriver extends SqliteDriver {
  #last = Promise.resolve();
  #endTurn: () => void = () => undefined;
  /** The sync that was asked for last. */
  #durable: Promise<void> = Promise.resolve();
  #failed = false;
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
    if (wrote === undefined) return;
    if (wrote || this.#failed) this.#askSync();
    await this.#durable;
  }

  #askSync(): void {
    const asked = this.#sync.durable();
    this.#durable = asked;
    this.#failed = false;
    asked.catch(() => {
      if (this.#durable === asked) this.#failed = true;
    });
  }

  override async destroy(): Promise<void> {
    await this.#sync.close();
    await super.destroy();
  }
}
