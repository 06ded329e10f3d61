import type { Audit } from './audit.js';

/** What is recorded of an opening: all but how it ended. */
export type Opening = Omit<Parameters<Audit['record']>[0], 'outcome' | 'code' | 'id' | 'at'>;

/**
 * Opens something sealed for a person. It is recorded first: an opening that cannot be recorded does not happen.
 * @throws SluiceError AUDIT_NOT_RECORDED, and what `open` throws
 */
export async function openForPerson<T>(audit: Audit, opening: Opening, open: () => Promise<T>): Promise<T> {
  await audit.record({ ...opening, outcome: 'success' });
  return open();
}
