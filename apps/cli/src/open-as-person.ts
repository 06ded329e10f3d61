import { openArchived } from '@sluice/archival/open-archived';
import type { ObjectRow } from '@sluice/archival/rows/tables';
import { openForPerson, type Opening } from '@sluice/audit';
import type { Doors } from './doors.js';

/**
 * Opens an archived object for the person who asks: recorded first, then opened.
 * @throws SluiceError AUDIT_NOT_RECORDED; what opening throws
 */
export async function openAsPerson<T>(
  doors: Doors,
  { row, ...said }: Pick<Opening, 'action' | 'subject'> & { readonly row: ObjectRow },
  work: (opened: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const [store, keys, audit] = await Promise.all([doors.store(), doors.keys(), doors.audit()]);
  const actor = { kind: 'person', name: doors.person } as const;
  const archived = { name: row.name, digest: row.digest, sizeBytes: row.size_bytes };
  const object = { tenant: row.tenant, subjectKey: row.subject_key, contentKey: row.content_key, archived };
  return openForPerson(audit, { tenant: row.tenant, actor, ...said }, async () =>
    work(await openArchived({ store, keys }, object)),
  );
}
