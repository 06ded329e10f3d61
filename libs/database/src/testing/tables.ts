import type { Migration } from 'kysely/migration';

/** The one table of the behaviour suite. */
export interface TestTables {
  suite_rows: { id: string; owner: string; amount: number; bytes: Buffer | null };
}

/** Fails when it is run twice: it says nothing like `if not exists`. */
export const SUITE_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-rows': {
    up: async (tables) => {
      await tables.schema
        .createTable('suite_rows')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('amount', 'bigint', (column) => column.notNull())
        .addColumn('bytes', 'bytea')
        .execute();
    },
  },
  '002-index': {
    up: async (tables) =>
      tables.schema.createIndex('suite_rows_owner').on('suite_rows').column('owner').execute(),
  },
};
