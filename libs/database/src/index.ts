export { checkDatabase, type RoomMigrations } from './check-database.js';
export { createBatcher, type Batcher, type BatcherOptions } from './batcher.js';
export { databaseErrors } from './database-errors.js';
export type { PostgresOptions } from './database-postgres.js';
export type { Database } from './database.js';
export { openDatabase } from './open-database.js';
export { sql, type Generated, type Insertable, type Kysely, type Selectable, type Transaction } from 'kysely';
export type { Migration } from 'kysely/migration';
export { createWalSync, type WalSync } from './wal-sync.js';
