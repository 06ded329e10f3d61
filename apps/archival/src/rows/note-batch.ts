import type { EventData } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import type { ArchivalDoors } from '../doors.js';
import type { ArchivalTables } from './tables.js';

/** Keeps a closed batch of a study until its staged list is old enough to go. */
export async function noteBatch(
  tables: Kysely<ArchivalTables>,
  data: EventData<'batch.closed.v1'>,
): Promise<void> {
  await tables
    .insertInto('archival_batches')
    .values({
      batch_key: data.batchKey,
      tenant: data.tenant,
      study_key: data.studyKey,
      instances: data.instances,
      list_name: data.list.name,
      closed_at: Date.parse(data.closedAt),
    })
    .onConflict((conflict) => conflict.columns(['batch_key', 'study_key']).doNothing())
    .execute();
}

/** Deletes staged lists of batches that closed before `before` (ms since 1970): whoever wanted one has read it. */
export async function deleteLists(doors: ArchivalDoors, before: number): Promise<void> {
  const old = await doors.tables
    .selectFrom('archival_batches')
    .selectAll()
    .where('closed_at', '<', before)
    .limit(200)
    .execute();
  for (const batch of old) {
    await doors.store.delete(batch.list_name);
    await doors.tables
      .deleteFrom('archival_batches')
      .where('batch_key', '=', batch.batch_key)
      .where('study_key', '=', batch.study_key)
      .execute();
  }
}
