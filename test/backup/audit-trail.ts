import { openAudit } from '@sluice/audit';
import { openDatabase, sql } from '@sluice/database';

/** The audit chain as it was found. */
export interface AuditTrail {
  readonly intact: boolean;
  readonly rows: number;
  /** Hash of each row, in order: the beginning of a longer chain has the same. */
  readonly hashes: readonly string[];
}

/** Walks the audit trail behind DATABASE_URL. */
export async function auditOf(doors: Readonly<Record<string, string>>): Promise<AuditTrail> {
  const database = await openDatabase(doors['DATABASE_URL'] ?? '');
  try {
    const { intact, rows } = await (await openAudit(database)).verify();
    const chain = await sql<{ hash: string }>`select hash from audit_records order by seq`.execute(
      database.tables(),
    );
    return { intact, rows, hashes: chain.rows.map(({ hash }) => hash) };
  } finally {
    await database.close();
  }
}
