import { sql, type Kysely, type Transaction } from 'kysely';

/**
 * A transaction whose commit waits for no disk: SQLite's write-ahead log keeps it when this process is killed, PostgreSQL's when a
 * client is; a lost machine or a crashed server may forget the last ones, in order. For notes that are about this process alone.
 */
export async function jot<T, R>(
  tables: Kysely<T>,
  dialect: 'sqlite' | 'postgres',
  work: (tables: Transaction<T>) => Promise<R>,
): Promise<R> {
  if (dialect === 'postgres') {
    return tables.transaction().execute(async (transaction) => {
      await sql`set local synchronous_commit = off`.execute(transaction);
      return work(transaction);
    });
  }
  return tables.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection);
    try {
      return await connection.transaction().execute(work);
    } finally {
      await sql`pragma synchronous = full`.execute(connection);
    }
  });
}
