import type { InstanceIds } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import type { ArchivalTables } from './tables.js';

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
    .onConflict((conflict) => conflict.column('study_key').doUpdateSet({ changed_at: now }))
    .execute();
}
