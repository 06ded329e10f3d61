import type { Database, Kysely, Migration } from '@sluice/database';
import type { SecretOwner } from './wrapped-secret.js';

/** Wrapped subject secrets as rows; base64, so that both dialects hold the same. */
interface CryptoTables {
  crypto_subject_secrets: { tenant: string; subject_key: string; purpose: string; wrapped: string };
}

type SubjectOwner = Required<SecretOwner>;

/** Where a subject's wrapped secrets are looked up before the shelf. */
export interface SecretRows {
  find(owner: SubjectOwner): Promise<Buffer | undefined>;
  /** Adds the row unless there is one. */
  add(owner: SubjectOwner, wrapped: Buffer): Promise<void>;
}

/** Run by `database.migrate('crypto', ...)`; a released migration is frozen. */
export const SECRET_MIGRATIONS: Record<string, Migration> = {
  '2026-11-21-subject-secrets': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('crypto_subject_secrets')
        .addColumn('tenant', 'text', (column) => column.notNull())
        .addColumn('subject_key', 'text', (column) => column.notNull())
        .addColumn('purpose', 'text', (column) => column.notNull())
        .addColumn('wrapped', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('crypto_subject_secrets_key', ['tenant', 'subject_key', 'purpose'])
        .execute();
    },
  },
};

/** Creates the table when it is missing. @throws SluiceError DATABASE_UNAVAILABLE */
export async function openSecretRows(database: Database): Promise<SecretRows> {
  await database.migrate('crypto', SECRET_MIGRATIONS);
  const tables = database.tables<CryptoTables>();
  return {
    async find({ tenant, subjectKey, purpose }) {
      const row = await tables
        .selectFrom('crypto_subject_secrets')
        .select('wrapped')
        .where('tenant', '=', tenant)
        .where('subject_key', '=', subjectKey)
        .where('purpose', '=', purpose)
        .executeTakeFirst();
      return row && Buffer.from(row.wrapped, 'base64');
    },
    async add({ tenant, subjectKey, purpose }, wrapped) {
      const row = { tenant, subject_key: subjectKey, purpose, wrapped: wrapped.toString('base64') };
      await tables
        .insertInto('crypto_subject_secrets')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}
