import { type Database, type Migration, sql } from '@sluice/database';
import { GENESIS } from './chain.js';

/** The chain and its head. `at`, `action` and `id` repeat the record for searching; `verify` compares them. */
export interface AuditTables {
  audit_records: {
    seq: number;
    id: string;
    at: string;
    action: string;
    record: string;
    previous: string;
    hash: string;
  };
  /** One row: the last of the chain. Who appends holds its lock. */
  audit_head: { name: string; seq: number; hash: string };
}

/** Name of the one row of audit_head. */
export const HEAD = 'head';

const createTables: Migration = {
  async up(db) {
    await db.schema
      .createTable('audit_records')
      .addColumn('seq', 'bigint', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('record', 'text', (column) => column.notNull())
      .addColumn('previous', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('audit_head')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute();
    await sql`insert into audit_head (name, seq, hash) values (${HEAD}, 0, ${GENESIS})`.execute(db);
  },
};

const refuseOnPostgres = [
  `create function audit_refuse_change() returns trigger language plpgsql as
   $$ begin raise exception 'audit records are append-only'; end $$`,
  `create trigger audit_records_fixed before update or delete on audit_records
   for each row execute function audit_refuse_change()`,
  `create trigger audit_records_kept before truncate on audit_records
   for each statement execute function audit_refuse_change()`,
  `create trigger audit_head_kept before delete on audit_head for each row execute function audit_refuse_change()`,
];

const refuseOnSqlite = [
  ['audit_records_fixed', 'update on audit_records'],
  ['audit_records_kept', 'delete on audit_records'],
  ['audit_head_kept', 'delete on audit_head'],
].map(
  ([name, change]) =>
    `create trigger ${name} before ${change} begin select raise(abort, 'audit records are append-only'); end`,
);

/** Tables, and triggers that refuse every change of a written row. */
export function auditMigrations(dialect: Database['dialect']): Record<string, Migration> {
  const statements = dialect === 'postgres' ? refuseOnPostgres : refuseOnSqlite;
  const refuseChanges: Migration = {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
  return { '2026-11-21-a-tables': createTables, '2026-11-21-b-append-only': refuseChanges };
}
