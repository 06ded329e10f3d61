import { sql, type Generated, type Migration } from '@sluice/database';

/** One link of the chain: `hash` covers the record and the hash before it. */
export interface RecordTable {
  seq: Generated<number>;
  id: string;
  at: string;
  action: string;
  record: string;
  previous_hash: string;
  hash: string;
}

/** The end of the chain; one row, locked while a link is added. */
export interface HeadTable {
  name: string;
  seq: number;
  hash: string;
}

export interface AuditTables {
  audit_records: RecordTable;
  audit_head: HeadTable;
}

/** The hash before the first record. */
export const GENESIS = '0'.repeat(64);

/** Rows are appended, never changed or deleted: the database itself refuses. */
export const auditMigrations = (dialect: 'sqlite' | 'postgres'): Readonly<Record<string, Migration>> => ({
  '001-chain': {
    async up(db) {
      const statements = [
        `create table audit_records (seq bigint primary key, id text not null unique, at text not null, action text not null,
           record text not null, previous_hash text not null, hash text not null)`,
        'create table audit_head (name text primary key, seq bigint not null, hash text not null)',
        `insert into audit_head (name, seq, hash) values ('chain', 0, '${GENESIS}')`,
        ...(dialect === 'postgres' ? POSTGRES_GUARD : SQLITE_GUARD),
      ];
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  },
});

const SQLITE_GUARD = ['update', 'delete'].map(
  (verb) => `create trigger audit_no_${verb} before ${verb} on audit_records begin select raise(abort, 'audit records are append-only'); end`,
);

const POSTGRES_GUARD = [
  `create function audit_append_only() returns trigger language plpgsql as $$ begin raise exception 'audit records are append-only'; end $$`,
  'create trigger audit_append_only before update or delete or truncate on audit_records for each statement execute function audit_append_only()',
];
