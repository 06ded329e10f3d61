import type { AuditEntry } from '../audit-record.js';

/** A fresh, empty database for one run of the suite. */
export interface AuditPlace {
  readonly url: string;
  /** Makes the database fail every statement from now on; called with it open. */
  breakDown(): Promise<void>;
  remove(): Promise<void>;
}

/** An entry as a portal would make it. */
export function sampleEntry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    tenant: 't1',
    actor: { kind: 'person', name: 'reader-7' },
    action: 'open',
    subject: { studyKey: 'a'.repeat(64), instanceKey: 'b'.repeat(64) },
    outcome: 'success',
    ...change,
  };
}
