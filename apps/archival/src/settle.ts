import type { InstanceIds } from '@sluice/contracts';
import type { ArchivalDoors } from './doors.js';
import { inferredCopies } from './rows/note-inferred.js';

type Content = Pick<InstanceIds, 'instanceKey' | 'contentKey'>;

/**
 * Deletes what is settled from staging: a raw delivery when its archived copy was opened and scrubbing has given its verdict, a clean
 * copy when its archived one was opened and inference, where it is installed, has settled with it, other objects when their archived
 * copy was opened. (The subject's wrapped secrets stand in the store before their first use.)
 */
export async function settle(doors: ArchivalDoors, content: Content): Promise<void> {
  const archived = await doors.tables
    .selectFrom('archival_objects')
    .select(['kind', 'staged_name'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .execute();
  const inferred = doors.awaitsInference ? await inferredCopies(doors.tables, content) : undefined;
  for (const object of archived) {
    const isRead = object.kind === 'clean' && inferred && !inferred.has(object.staged_name);
    if (object.kind !== 'raw' && !isRead) await doors.store.delete(object.staged_name);
  }
  if (archived.some((object) => object.kind === 'raw') && (await hasVerdict(doors, content, archived))) {
    await settleDeliveries(doors, content);
  }
}

/** Quarantined, or released and the released copy archived too; one outcome is enough, where profiles changed there are several. */
async function hasVerdict(
  doors: ArchivalDoors,
  content: Content,
  archived: readonly { staged_name: string }[],
): Promise<boolean> {
  const outcomes = await doors.tables
    .selectFrom('archival_outcomes')
    .select(['verdict', 'staged_clean'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .execute();
  const staged = new Set<string | null>(archived.map((object) => object.staged_name));
  return outcomes.some((outcome) => outcome.verdict === 'quarantined' || staged.has(outcome.staged_clean));
}

async function settleDeliveries(doors: ArchivalDoors, content: Content): Promise<void> {
  const deliveries = await doors.tables
    .selectFrom('archival_received')
    .select(['attempt', 'staged_name'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .where('settled_at', 'is', null)
    .execute();
  for (const delivery of deliveries) {
    await doors.store.delete(delivery.staged_name);
    await doors.tables
      .updateTable('archival_received')
      .set({ settled_at: Date.now() })
      .where('attempt', '=', delivery.attempt)
      .execute();
  }
}
