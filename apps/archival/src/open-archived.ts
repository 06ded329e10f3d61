import type { InstanceIds, ObjectRef } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { Store } from '@sluice/store';

/** An archived object to open: its reference and what its encryption context binds. */
export interface ArchivedObject extends Pick<InstanceIds, 'tenant' | 'subjectKey' | 'contentKey'> {
  readonly archived: ObjectRef;
}

/**
 * Streams an archived object, opened with its subject's secret. For a person, record it first (libs/audit `openForPerson`).
 * @throws SluiceError STORE_OBJECT_MISSING, STORE_DIGEST_MISMATCH, CRYPTO_OPEN_FAILED, CRYPTO_SECRET_MISSING
 */
export async function openArchived(
  doors: { store: Store; keys: Keys },
  object: ArchivedObject,
): Promise<AsyncIterable<Buffer>> {
  const sealer = await doors.keys
    .subject(object.tenant, object.subjectKey)
    .openArchive(object.archived.name, object.contentKey);
  return sealer.open(await doors.store.get(object.archived));
}
