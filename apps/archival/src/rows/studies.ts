import type { InstanceIds } from '@sluice/contracts';
import { type Kysely, sql } from '@sluice/database';
import type { ArchivalTables } from './tables.js';

/**
 * A row, and its study's notice of it, both or neither: a death in between would leave the row out of the manifest. `insert` is
 * an insert-if-absent; a row that stood there already changes nothing.
 */
export async function noteInStudy(
  tables: Kysely<ArchivalTables>,
  ids: Pick<InstanceIds, 'tenant' | 'studyKey' | 'subjectKey'>,
  insert: (inside: Kysely<ArchivalTables>) => Promise<{ numInsertedOrUpdatedRows?: bigint | undefined }>,
): Promise<void> {
  await tables.transaction().execute(async (inside) => {
    const { numInsertedOrUpdatedRows: rows } = await insert(inside);
    if (Number(rows ?? 0) > 0) await touchStudy(inside, ids);
  });
}

/** Notes that a study changed: its manifest waits until it has been quiet. */
export async function touchStudy(
  tables: Kysely<ArchivalTables>,
  ids: Pick<InstanceIds, 'tenant' | 'studyKey' | 'subjectKey'>,
): Promise<void> {
  const now = Date.now();
  await tables
    .insertInto('archival_studies')
    .values({
      tenant: ids.tenant,
      study_key: ids.studyKey,
      subject_key: ids.subjectKey,
      first_at: now,
      changed_at: now,
      manifest_at: 0,
      manifest_name: null,
      manifest_digest: null,
      manifest_size_bytes: null,
    })
    .onConflict((conflict) => conflict.column('study_key').doUpdateSet({ changed_at: later(now) }))
    .execute();
}

/** Never back: a host whose clock is behind must not hide its change from the next manifest. */
const later = (now: number) =>
  sql<number>`case when archival_studies.changed_at < ${now} then ${now} else archival_studies.changed_at + 1 end`;
