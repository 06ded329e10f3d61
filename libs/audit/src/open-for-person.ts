import type { AuditRecord } from '@sluice/contracts';
import { toSluiceError } from '@sluice/contracts';
import type { Audit } from './audit.js';

/** Who wants what opened. `subject` names keys only. */
export interface Opening extends Pick<AuditRecord, 'tenant' | 'actor' | 'subject'> {
  readonly action: Extract<AuditRecord['action'], 'open' | 'export'>;
}

/**
 * Records, then opens: an opening that cannot be recorded does not happen. One that fails is recorded a second time, as failed.
 * @throws SluiceError AUDIT_NOT_RECORDED, or what `open` throws
 */
export async function openForPerson<T>(audit: Audit, opening: Opening, open: () => Promise<T>): Promise<T> {
  const { tenant, actor, action, subject } = opening;
  await audit.record({ tenant, actor, action, subject, outcome: 'success' });
  try {
    return await open();
  } catch (error) {
    const failure = {
      tenant,
      actor,
      action,
      subject,
      outcome: 'failed',
      code: toSluiceError(error).code,
    } as const;
    // What went wrong is the caller's concern; that it was allowed stands in the trail already.
    await audit.record(failure).catch(() => undefined);
    throw error;
  }
}
