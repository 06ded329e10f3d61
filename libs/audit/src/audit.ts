import type { AuditRecord } from '@sluice/contracts';
import type { AuditEntry } from './audit-record.js';

/** The audit trail. Open one with `openAudit(database)`: an append-only table whose rows form a hash chain. */
export interface Audit {
  /** Appends; resolves when durable. A record with a known id is stored once. @throws SluiceError AUDIT_NOT_RECORDED when the database is ill, AUDIT_RECORD_INVALID, DATABASE_DAMAGED */
  record(entry: AuditEntry): Promise<void>;
  /** Walks the chain; `brokenAt` is the first row that does not fit, `rows` how many fit. */
  verify(): Promise<{ intact: boolean; rows: number; brokenAt?: number }>;
  /** The newest first, 1,000 unless told otherwise, at most 10,000. */
  list(filter?: {
    since?: string;
    action?: AuditRecord['action'];
    limit?: number;
  }): Promise<readonly AuditRecord[]>;
}
