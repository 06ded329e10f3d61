import type { AuditRecord } from '@sluice/contracts';

/** The audit trail. Open one with `openAudit(database)`: an append-only table whose rows form a hash chain. */
export interface Audit {
  /** Appends; resolves when durable. A record with a known id is stored once. @throws SluiceError AUDIT_NOT_RECORDED */
  record(entry: Omit<AuditRecord, 'id' | 'at'> & Partial<Pick<AuditRecord, 'id' | 'at'>>): Promise<void>;
  /** Walks the chain; `brokenAt` is the first row that does not fit. */
  verify(): Promise<{ intact: boolean; rows: number; brokenAt?: number }>;
  list(filter?: { since?: string; action?: AuditRecord['action']; limit?: number }): Promise<readonly AuditRecord[]>;
}
