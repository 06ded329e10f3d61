import { z } from 'zod';
import { TenantId } from '../ids.js';

/** One audit record: who did what to which keys, and how it ended. Nothing identifying. */
export const AuditRecordV1 = z.object({
  /** Unique per occurrence, so that a record that arrives twice is stored once. */
  id: z.string().min(8).max(64),
  at: z.iso.datetime(),
  tenant: TenantId.or(z.literal('-')),
  actor: z.object({ kind: z.enum(['peer', 'service', 'person']), name: z.string().max(128) }),
  action: z.enum([
    'open',
    'refuse',
    'export',
    'policy-change',
    'dead-letter',
    'erase',
    'start',
    'stop',
    'quarantine',
    'command',
  ]),
  subject: z.record(z.string().max(32), z.string().max(128)),
  outcome: z.enum(['success', 'refused', 'failed']),
  code: z.string().max(64).optional(),
});
export type AuditRecord = z.infer<typeof AuditRecordV1>;
