import type { EventData, SluiceEvent } from '@sluice/contracts';
import { deidInstance } from './deid-instance.js';
import type { ArchivalDoors } from './doors.js';
import { settle } from './settle.js';
import { touchStudy } from './studies.js';
import type { ObjectRow } from './tables.js';
import { verifyObject } from './verify-object.js';

type Sealed = EventData<'object.sealed.v1'>;

/**
 * A sealed object becomes an archived one: read back, opened, verified, indexed, announced; then what is settled leaves staging.
 * A second delivery finds the row and announces again without reading.
 * @throws SluiceError ARCHIVAL_VERIFY_FAILED, STORE_*, CRYPTO_*
 */
export async function archiveObject(doors: ArchivalDoors, sealed: Sealed): Promise<SluiceEvent[]> {
  const known = await doors.tables
    .selectFrom('archival_objects')
    .select('name')
    .where('name', '=', sealed.archived.name)
    .executeTakeFirst();
  if (!known) {
    await verifyObject(doors, sealed);
    await doors.tables
      .insertInto('archival_objects')
      .values(rowOf(sealed))
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    await touchStudy(doors.tables, sealed);
  }
  await settle(doors, sealed);
  const archived = archivedEvent(sealed);
  return sealed.objectKind === 'clean' ? [archived, await deidInstance(doors, sealed)] : [archived];
}

function archivedEvent(sealed: Sealed): SluiceEvent<'instance.archived.v1'> {
  const { staged: _staged, plainDigest: _plainDigest, ...data } = sealed;
  return {
    id: `archived-${sealed.archived.digest}-${sealed.attempt}`,
    type: 'instance.archived.v1',
    source: 'archival',
    data,
  };
}

function rowOf(sealed: Sealed): ObjectRow {
  return {
    name: sealed.archived.name,
    kind: sealed.objectKind,
    tenant: sealed.tenant,
    subject_key: sealed.subjectKey,
    study_key: sealed.studyKey,
    series_key: sealed.seriesKey,
    instance_key: sealed.instanceKey,
    content_key: sealed.contentKey,
    digest: sealed.archived.digest,
    size_bytes: sealed.archived.sizeBytes,
    plain_digest: sealed.plainDigest ?? null,
    staged_name: sealed.staged.name,
    archived_at: Date.now(),
  };
}
