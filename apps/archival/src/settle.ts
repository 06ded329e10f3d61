import type { InstanceIds } from '@sluice/contracts';
import type { ArchivalDoors } from './doors.js';
import { inferredCopies } from './rows/note-inferred.js';
import type { OutcomeRow } from './rows/tables.js';

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
  if (!archived.some((object) => object.kind === 'raw')) return;
  const verdicts = await verdictsOn(doors, content, archived);
  if (verdicts.length > 0) await settleDeliveries(doors, content, verdicts);
}

/** A verdict counts once what scrubbing staged with it (a clean copy, or what shows why it was held) is archived too. */
async function verdictsOn(
  doors: ArchivalDoors,
  content: Content,
  archived: readonly { staged_name: string }[],
): Promise<Verdict[]> {
  const outcomes = await doors.tables
    .selectFrom('archival_outcomes')
    .select(['verdict', 'staged_clean', 'staged_record', 'decision'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .execute();
  const names = new Set<string | null>(archived.map((object) => object.staged_name));
  return outcomes.filter(({ verdict, staged_clean: clean, staged_record: record }) =>
    verdict === 'quarantined' ? record === null || names.has(record) : names.has(clean),
  );
}

type Verdict = Pick<OutcomeRow, 'decision'>;

/**
 * What a sender sent is settled by any verdict (where profiles changed there are several); what was staged again for a person's decision
 * by the verdict on that decision alone.
 */
async function settleDeliveries(
  doors: ArchivalDoors,
  content: Content,
  verdicts: readonly Verdict[],
): Promise<void> {
  const deliveries = await doors.tables
    .selectFrom('archival_received')
    .select(['attempt', 'staged_name', 'decision'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .where('settled_at', 'is', null)
    .execute();
  const decided = new Set(verdicts.map((verdict) => verdict.decision));
  for (const delivery of deliveries) {
    if (delivery.decision !== null && !decided.has(delivery.decision)) continue;
    await doors.store.delete(delivery.staged_name);
    await doors.tables
      .updateTable('archival_received')
      .set({ settled_at: Date.now() })
      .where('attempt', '=', delivery.attempt)
      .execute();
  }
}
