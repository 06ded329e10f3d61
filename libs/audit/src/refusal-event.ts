import type { AuditRecord, SluiceEvent } from '@sluice/contracts';
import { type AuditEntry, completeRecord } from './audit-record.js';

/** A refusal, said by a room without a database. Give `id` where the same refusal may be announced twice. */
export type Refusal = Omit<AuditEntry, 'action' | 'outcome'> & {
  readonly room: string;
  readonly code: NonNullable<AuditRecord['code']>;
};

/** The event by which a refusal travels to the audit trail: a refusal always happens, recorded or not. @throws SluiceError AUDIT_RECORD_INVALID */
export function refusalEvent({ room, ...entry }: Refusal): SluiceEvent<'audit.recorded.v1'> {
  const data = completeRecord({ ...entry, action: 'refuse', outcome: 'refused' });
  return { id: data.id, type: 'audit.recorded.v1', source: room, time: data.at, data };
}
