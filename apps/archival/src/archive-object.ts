import type { EventData, ObjectRef } from '@sluice/contracts';
import { eventOf, type NextEvent } from '@sluice/service';
import type { ArchivalDoors } from './doors.js';
import { repairObject } from './repair-object.js';
import { settle } from './settle.js';
import { noteInStudy } from './rows/studies.js';
import type { ObjectRow } from './rows/tables.js';
import { verifyObject } from './verify-object.js';

type Sealed = EventData<'object.sealed.v1'>;
type Announced = NextEvent<'instance.archived.v1' | 'deid.instance.v1'>;

/**
 * A sealed object becomes an archived one: read back, opened, verified, indexed, announced; then what is settled leaves staging.
 * A second delivery of an indexed raw object is announced again without reading; a clean one is read again for what analytics is told.
 * What does not verify is sealed anew, within limits. An indexed object that the store lost takes its row over when it comes again. @throws SluiceError ARCHIVAL_VERIFY_FAILED, STORE_*, CRYPTO_*
 */
export async function archiveObject(
  doors: ArchivalDoors,
  said: Sealed,
): Promise<(Announced | NextEvent<'instance.received.v1'>)[]> {
  const indexed = await indexedAs(doors, said.archived.name);
  if (indexed && !(await tookItsPlace(doors, said, indexed)))
    return announceIndexed(doors, { ...said, archived: indexed });
  // What is indexed is never deleted, nor what stands in its place.
  const repair = (error: unknown) => (indexed ? Promise.reject(error) : repairObject(doors, said, error));
  const checked = await verifyObject(doors, said).catch(repair);
  if (!Array.isArray(checked)) return [checked];
  await enter(doors, said);
  await settle(doors, said, { staged: said.staged.name, verified: said.archived });
  return [archivedEvent(said), ...checked];
}

/** True where the name holds what was said now and not what its row describes: that one was lost, or the store is an older copy. */
async function tookItsPlace({ store }: ArchivalDoors, said: Sealed, indexed: ObjectRef): Promise<boolean> {
  if (indexed.digest === said.archived.digest) return false;
  return (await store.describe(said.archived.name))?.digest === said.archived.digest;
}

async function announceIndexed(doors: ArchivalDoors, sealed: Sealed): Promise<Announced[]> {
  const isRead = sealed.objectKind === 'clean';
  const told = isRead ? await verifyObject(doors, sealed) : [];
  await settle(doors, sealed, { staged: sealed.staged.name, ...(isRead && { verified: sealed.archived }) });
  return [archivedEvent(sealed), ...told];
}

async function enter(doors: ArchivalDoors, sealed: Sealed): Promise<void> {
  const { digest } = sealed.archived;
  await noteInStudy(doors.tables, sealed, (inside) =>
    inside
      .insertInto('archival_objects')
      .values(rowOf(sealed))
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet(rowOf(sealed)).where('archival_objects.digest', '!=', digest),
      )
      .executeTakeFirst(),
  );
}

/** The object as it was verified: an event from before a repair may name another one. */
async function indexedAs(doors: ArchivalDoors, name: string): Promise<ObjectRef | undefined> {
  return doors.tables
    .selectFrom('archival_objects')
    .select(['name', 'digest', 'size_bytes as sizeBytes'])
    .where('name', '=', name)
    .executeTakeFirst();
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
