import { isSluiceError, SluiceError } from '@sluice/contracts';
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';

/**
 * Brings a room's tables up to date. Both dialects run it in one transaction that no second process can enter: PostgreSQL by an
 * advisory lock, SQLite by `begin immediate`. @throws SluiceError DATABASE_MIGRATION_FAILED, DATABASE_UNAVAILABLE
 */
export async function migrate(
  tables: Kysely<unknown>,
  room: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(room))
    throw new SluiceError('DATABASE_MIGRATION_FAILED', { detail: 'a room is named in lower case' });
  const migrator = new Migrator({
    db: tables,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableName: `migrations_${room}`,
    migrationLockTableName: `migrations_${room}_lock`,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (!error) return;
  if (isSluiceError(error)) throw error;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw new SluiceError('DATABASE_MIGRATION_FAILED', {
    detail: failed ? `${room}: ${failed}` : room,
    cause: error,
  });
}
