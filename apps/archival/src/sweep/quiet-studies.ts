import type { ArchivalDoors } from '../doors.js';
import type { StudyRow } from '../rows/tables.js';

/** When a study is ready for its next manifest. */
export interface QuietPolicy {
  /** Nothing came for this long. */
  readonly quietMs: number;
  /** After this long a manifest is written even while something is unsettled; what settles later makes another version. */
  readonly overdueMs: number;
}

/** Studies that changed since their last manifest, have been quiet, and have every delivery settled (or are overdue). */
export async function quietStudies(
  doors: Pick<ArchivalDoors, 'tables'>,
  policy: QuietPolicy,
): Promise<StudyRow[]> {
  const now = Date.now();
  const open = doors.tables
    .selectFrom('archival_received')
    .select('study_key')
    .where('settled_at', 'is', null);
  return doors.tables
    .selectFrom('archival_studies')
    .selectAll()
    .whereRef('changed_at', '>', 'manifest_at')
    .where('changed_at', '<', now - policy.quietMs)
    .where((row) =>
      row.or([row('study_key', 'not in', open), row('changed_at', '<', now - policy.overdueMs)]),
    )
    .orderBy('changed_at')
    .limit(100)
    .execute();
}
