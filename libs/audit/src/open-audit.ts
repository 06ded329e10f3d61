import { type AuditRecord, isSluiceError, SluiceError } from '@sluice/contracts';
import { createBatcher, type Database } from '@sluice/database';
import { appendRecords } from './append-records.js';
import type { Audit } from './audit.js';
import { completeRecord } from './audit-record.js';
import { type AuditTables, auditMigrations } from './tables.js';
import { verifyChain } from './verify-chain.js';

/** Records of one transaction: their parameters stay far below the limits of both databases. */
const MAX_BATCH_ROWS = 200;
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;

/**
 * Opens the audit trail in `database`, creating its tables. Records of the same moment share one transaction.
 * @throws SluiceError DATABASE_UNAVAILABLE, DATABASE_MIGRATION_FAILED
 */
export async function openAudit(database: Database): Promise<Audit> {
  await database.migrate('audit', auditMigrations(database.dialect));
  const batcher = createBatcher<AuditRecord>({
    maxRows: MAX_BATCH_ROWS,
    maxWaitMs: 0,
    write: (records) => appendRecords(database, records),
  });
  return {
    record: async (entry) => batcher.add(completeRecord(entry)).catch(notRecorded),
    verify: () => verifyChain(database),
    list: (filter) => listRecords(database, filter),
  };
}

/** An ill database passes; what is fatal or a bug must be seen as that. */
function notRecorded(cause: unknown): never {
  if (!isSluiceError(cause) || cause.kind !== 'transient') throw cause;
  throw new SluiceError('AUDIT_NOT_RECORDED', { detail: cause.code, cause });
}

async function listRecords(
  database: Database,
  filter: Parameters<Audit['list']>[0] = {},
): Promise<AuditRecord[]> {
  const { since, action, limit = DEFAULT_LIMIT } = filter;
  const newestFirst = database
    .tables<AuditTables>()
    .selectFrom('audit_records')
    .select('record')
    .orderBy('seq', 'desc');
  const recent =
    since === undefined ? newestFirst : newestFirst.where('at', '>=', new Date(since).toISOString());
  const chosen = action === undefined ? recent : recent.where('action', '=', action);
  const rows = await chosen.limit(Math.min(Math.max(limit, 0), MAX_LIMIT)).execute();
  return rows.map(({ record }) => JSON.parse(record) as AuditRecord);
}
