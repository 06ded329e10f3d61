import { sql, type Kysely, type Transaction } from 'kysely';

/**
 * A transaction whose commit waits for no disk: SQLite's write-ahead log keeps it when this process is killed, PostgreSQL's when a
 * client is; a lost machine or a crashed server may forget the last ones, in order. For notes that are about this process alone.
 * `forgetWrites` is SQLite's: without it the transaction is PostgreSQL's.
 */
export async function jot<T, R>(
  tables: Kysely<T>,
  forgetWrites: (() => void) | undefined,
  work: (tables: Transaction<T>) => Promise<R>,
): Promise<R> {
  if (!forgetWrites) {
    return tables.transaction().execute(async (transaction) => {
      await sql`set local synchronous_commit = off`.execute(transaction);
      return work(transaction);
    });
  }
  return tables.connection().execute(async (connection) => {
    const result = await connection.transaction().execute(work);
    forgetWrites();
    return result;
  });
}
