import {
  type EventData,
  isSluiceError,
  objectNames,
  type InstanceIds,
  type ObjectKind,
  type ObjectRef,
  type SluiceError,
  type StagingPurpose,
} from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import { eventOf, type NextEvent } from '@sluice/service';
import { beginThen, type Store } from '@sluice/store';

/** The doors that sealing needs. */
export interface SealDoors {
  readonly store: Store;
  readonly keys: Keys;
}

/** One staged object to seal for good: what it is, who owns it, and what makes it itself. */
export interface SealTask {
  readonly ids: InstanceIds;
  readonly attempt: string;
  readonly objectKind: ObjectKind;
  readonly staged: ObjectRef;
  /** Last two parts of the archive name: owner (an instance or a subject) and identity. */
  readonly owner: string;
  readonly identity: string;
  /** SHA-256 of the opened object; only where it is a released one. */
  readonly plainDigest?: string;
  /** Announced again by archival: most likely sealed already, so it is looked for first. Never on the way of what is new. */
  readonly repeated?: boolean;
}

const PURPOSE: Readonly<Record<ObjectKind, StagingPurpose>> = {
  raw: 'staging-raw',
  clean: 'staging-clean',
  wayback: 'staging-wayback',
  result: 'staging-result',
  quarantine: 'staging-quarantine',
};

/**
 * Opens a staged object and seals it under its subject's secret, as an immutable archive object; announces `object.sealed`. A secret is
 * made for bytes that are there: a late event of a subject that was erased leaves none behind.
 * The name derives from the content alone, so a second run finds the first one's object and announces that.
 * @throws SluiceError STORE_*, CRYPTO_*
 */
export async function sealObject(doors: SealDoors, task: SealTask): Promise<NextEvent<'object.sealed.v1'>> {
  const name = objectNames.archived(task.objectKind, task.ids.tenant, task.owner, task.identity);
  const archived = await sealOnce(doors, task, name);
  const data: EventData<'object.sealed.v1'> = {
    ...task.ids,
    attempt: task.attempt,
    objectKind: task.objectKind,
    staged: task.staged,
    archived,
    ...(task.plainDigest && { plainDigest: task.plainDigest }),
  };
  return eventOf('object.sealed.v1', {
    id: `sealed-${task.objectKind}-${archived.digest}-${task.attempt}`,
    data,
  });
}

async function sealOnce(doors: SealDoors, task: SealTask, name: string): Promise<ObjectRef> {
  const standing = task.repeated ? await doors.store.describe(name) : undefined;
  if (standing) return standing;
  const { tenant, subjectKey, contentKey } = task.ids;
  try {
    const staged = await doors.store.get(task.staged);
    const opened = doors.keys.staging(tenant, PURPOSE[task.objectKind]).open(staged);
    const secret = () => doors.keys.subject(tenant, subjectKey).archive(name, contentKey);
    const [plain, sealer] = await beginThen(opened, secret);
    return (await doors.store.put(name, sealer.seal(plain))).ref;
  } catch (error) {
    if (!isSluiceError(error) || error.code !== 'STORE_OBJECT_MISSING') throw error;
    return alreadySealed(doors.store, name, error);
  }
}

/** Archival deletes a staged object once its archived copy was opened: missing there, present here means done. */
async function alreadySealed(store: Store, name: string, missing: SluiceError): Promise<ObjectRef> {
  const archived = await store.describe(name);
  if (!archived) throw missing;
  return archived;
}
