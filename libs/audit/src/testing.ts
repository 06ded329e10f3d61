import { describe } from 'vitest';
import type { AuditPlace } from './testing/audit-place.js';
import { chainBehaviour } from './testing/chain-behaviour.js';
import { recordBehaviour } from './testing/record-behaviour.js';

export type { AuditPlace } from './testing/audit-place.js';

/** What the audit trail must do on every database; run on PostgreSQL and on SQLite. */
export function auditBehaviour(name: string, fresh: () => Promise<AuditPlace>): void {
  describe(name, () => {
    recordBehaviour(fresh);
    chainBehaviour(fresh);
  });
}
