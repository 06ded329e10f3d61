import { archivalTables } from '@sluice/archival/doors';
import { repairObject } from '@sluice/archival/repair-object';
import { noteReceived } from '@sluice/archival/rows/note-received';
import { ARCHIVAL_MIGRATIONS } from '@sluice/archival/rows/tables';
import { ObjectKind, objectNames, SluiceError } from '@sluice/contracts';
import { sampleReceived } from '@sluice/contracts/testing';
import { openDatabase } from '@sluice/database';
import { openStore, type Store } from '@sluice/store';

const RECEIVED = sampleReceived(9_999);
const OUTCOME = 'e'.repeat(16);

/** Where each kind is staged; a kind that is new to the contracts does not compile without. */
const STAGED: Readonly<Record<ObjectKind, string>> = {
  raw: objectNames.stagedRaw(RECEIVED, RECEIVED.attempt),
  clean: objectNames.stagedClean(RECEIVED, OUTCOME),
  wayback: objectNames.stagedWayback(RECEIVED.tenant, RECEIVED.subjectKey, 'd'.repeat(64)),
  result: objectNames.stagedResult(RECEIVED, `${OUTCOME}-sr`),
  quarantine: objectNames.stagedQuarantine(RECEIVED, OUTCOME),
};

/**
 * Lets archival repair one damaged object of each kind through its own door at the store; `real` is the store itself. Returns the kinds of
 * which it said the delivery again, so that they are sealed anew. `folder` is for its rows.
 */
export async function repairEachKind(
  folder: string,
  { real, guarded }: { real: string; guarded: string },
): Promise<ObjectKind[]> {
  const [all, own] = [await openStore(real), await openStore(guarded)];
  const database = await openDatabase(`sqlite:${folder}/repairs.db`);
  try {
    await database.migrate('archival', ARCHIVAL_MIGRATIONS);
    const doors = { store: own, tables: archivalTables(database) };
    const event = {
      id: 'received-1',
      type: 'instance.received.v1',
      source: 'intake',
      data: RECEIVED,
    } as const;
    await noteReceived(doors.tables, event);
    const repaired: ObjectKind[] = [];
    for (const objectKind of ObjectKind.options) {
      const sealed = { ...RECEIVED, objectKind, ...(await damaged(all, objectKind)) };
      const again = await repairObject(doors, sealed, new SluiceError('ARCHIVAL_VERIFY_FAILED'));
      if (again.type === 'instance.received.v1') repaired.push(objectKind);
    }
    return repaired;
  } finally {
    await Promise.all([all.close(), own.close(), database.close()]);
  }
}

async function damaged(store: Store, kind: ObjectKind) {
  const archived = objectNames.archived(kind, RECEIVED.tenant, RECEIVED.instanceKey, `${'d'.repeat(64)}-x`);
  return {
    staged: (await store.put(STAGED[kind], Buffer.from('staged'))).ref,
    archived: (await store.put(archived, Buffer.from('does not open'))).ref,
  };
}
