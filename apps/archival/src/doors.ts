import type { Database, Kysely } from '@sluice/database';
import type { Keys } from '@sluice/crypto';
import type { Store } from '@sluice/store';
import type { ArchivalTables } from './rows/tables.js';

/** The doors that archival's use cases take. */
export interface ArchivalDoors {
  readonly store: Store;
  readonly keys: Keys;
  readonly tables: Kysely<ArchivalTables>;
  /** Inference is installed: a clean copy stays staged until it has settled with it. */
  readonly awaitsInference?: boolean;
}

export const archivalTables = (database: Database): Kysely<ArchivalTables> =>
  database.tables<ArchivalTables>();
