import { randomUUID } from 'node:crypto';
import { AuditRecordV1, type AuditRecord, SluiceError } from '@sluice/contracts';

/** A record as a room gives it; id and time are added when they are missing. */
export type AuditEntry = Omit<AuditRecord, 'id' | 'at'> & Partial<Pick<AuditRecord, 'id' | 'at'>>;

/** The whole record; times in one form (UTC, milliseconds), so that they sort as text. @throws SluiceError AUDIT_RECORD_INVALID */
export function completeRecord(entry: AuditEntry): AuditRecord {
  const parsed = AuditRecordV1.safeParse({ id: randomUUID(), at: new Date().toISOString(), ...entry });
  if (parsed.success) return { ...parsed.data, at: new Date(parsed.data.at).toISOString() };
  const fields = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? 'record')))];
  throw new SluiceError('AUDIT_RECORD_INVALID', { detail: fields.join(', ') });
}
