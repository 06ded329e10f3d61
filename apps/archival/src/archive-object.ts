import type { EventData } from '@sluice/contracts';
import { eventOf, type NextEvent } from '@sluice/service';
import type { ArchivalDoors } from './doors.js';
import { settle } from './settle.js';
import { noteInStudy } from './rows/studies.js';
import type { ObjectRow } from './rows/tables.js';
import { verifyObject } from './verify-object.js';

type Sealed = EventData<'object.sealed.v1'>;
type Announced = NextEvent<'instance.archived.v1' | 'deid.instance.v1'>;

/**
 * A sealed object becomes an archived one: read back, opened, verified, indexed, announced; then what is settled leaves staging.
 * A second delivery of an indexed raw object is announced again without reading; a clean one is read again for what analytics is told.
 * @throws SluiceError ARCHIVAL_VERIFY_FAILED, STORE_*, CRYPTO_*
 */
export async function archiveObject(doors: ArchivalDoors, sealed: Sealed): Promise<Announced[]> {
  const known = await isIndexed(doors, sealed);
  const told = known && sealed.objectKind !== 'clean' ? [] : await verifyObject(doors, sealed);
  if (!known) await enter(doors, sealed);
  await settle(doors, sealed);
  return [archivedEvent(sealed), ...told];
}

async function enter(doors: ArchivalDoors, sealed: Sealed): Promise<void> {
  await noteInStudy(doors.tables, sealed, (inside) =>
    inside
      .insertInto('archival_objects')
      .values(rowOf(sealed))
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst(),
  );
}

async function isIndexed(doors: ArchivalDoors, sealed: Sealed): Promise<boolean> {
  const row = await doors.tables
    .selectFrom('archival_objects')
    .select('name')
    .where('name', '=', sealed.archived.name)
    .executeTakeFirst();
  return row !== undefined;
}

function archivedEvent(sealed: Sealed): NextEvent<'instance.archived.v1'> {
  const { staged: _staged, plainDigest: _plainDigest, ...data } = sealed;
  return eventOf('instance.archived.v1', {
    id: `archived-${sealed.archived.digest}-${sealed.attempt}`,
    data,
  });
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
