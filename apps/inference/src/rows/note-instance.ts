import type { EventData, InstanceIds } from '@sluice/contracts';
import { type Kysely, sql } from '@sluice/database';
import type { InferenceTables } from './tables.js';

type Tables = Kysely<InferenceTables>;

/** Notes a delivery: its series is not settled before scrubbing has spoken. What was noted before changes nothing. */
export async function noteReceived(tables: Tables, data: EventData<'instance.received.v1'>): Promise<void> {
  const urgent = data.priority === 'high' ? 1 : 0;
  await tables.transaction().execute(async (inside) => {
    const { numInsertedOrUpdatedRows: rows } = await inside
      .insertInto('inference_instances')
      .values({ ...idsOf(data), state: 'open', urgent })
      .onConflict((conflict) => conflict.columns(['instance_key', 'content_key']).doNothing())
      .executeTakeFirst();
    if (Number(rows ?? 0) > 0) await touchSeries(inside, data);
    if (urgent) await hurry(inside, data);
  });
}

/**
 * Notes what scrubbing says of a content. A copy under another profile takes the place of the one before, which is put before models all
 * the same: it is staged until then. A quarantine takes no copy's place: it may be the one before a person's release, heard late.
 */
export async function noteVerdict(
  tables: Tables,
  data: EventData<'instance.scrubbed.v1'> | EventData<'instance.quarantined.v1'>,
  traceparent?: string,
): Promise<void> {
  const clean = 'clean' in data;
  const verdict = {
    state: clean ? 'clean' : 'quarantined',
    object_id: clean ? objectIdOf(data) : null,
    copy: clean ? JSON.stringify({ ...needed(data), traceparent }) : null,
  };
  const isNews = clean
    ? sql<boolean>`coalesce(inference_instances.object_id, '') <> ${verdict.object_id}`
    : sql<boolean>`inference_instances.state not in ('clean', 'quarantined')`;
  await tables.transaction().execute(async (inside) => {
    if (verdict.object_id) await queueReplaced(inside, data, verdict.object_id);
    const { numInsertedOrUpdatedRows: rows } = await inside
      .insertInto('inference_instances')
      .values({ ...idsOf(data), ...verdict })
      .onConflict((conflict) =>
        conflict.columns(['instance_key', 'content_key']).doUpdateSet(verdict).where(isNews),
      )
      .executeTakeFirst();
    if (Number(rows ?? 0) > 0) await touchSeries(inside, data);
    if (clean && data.priority === 'high') await hurry(inside, data);
  });
}

/** The copy that another takes the place of has its job, or gets it now. */
async function queueReplaced(inside: Tables, ids: InstanceIds, by: string): Promise<void> {
  const before = await inside
    .selectFrom('inference_instances')
    .select(['object_id', 'copy', 'urgent'])
    .where('instance_key', '=', ids.instanceKey)
    .where('content_key', '=', ids.contentKey)
    .executeTakeFirst();
  if (!before?.object_id || !before.copy || before.object_id === by) return;
  const { object_id, copy, urgent } = before;
  const row = { object_id, copy, urgent, series_key: ids.seriesKey, owner: null, said_at: null };
  await inside
    .insertInto('inference_jobs')
    .values({ ...row, queued_at: Date.now() })
    .onConflict((conflict) => conflict.column('object_id').doNothing())
    .execute();
}

/** Scrubbing will not speak of these contents unless an operator tries them again. */
export async function noteDead(tables: Tables, contents: readonly InstanceIds[]): Promise<void> {
  for (const data of contents) {
    await tables
      .updateTable('inference_instances')
      .set({ state: 'dead' })
      .where('instance_key', '=', data.instanceKey)
      .where('content_key', '=', data.contentKey)
      .where('state', '=', 'open')
      .execute();
  }
}

/** A batch of a study ended: those of its series that are still waiting wait their quiet time anew. */
export async function noteBatch(tables: Tables, data: EventData<'batch.closed.v1'>): Promise<void> {
  await tables
    .updateTable('inference_series')
    .set({ changed_at: later(Date.now()) })
    .where('study_key', '=', data.studyKey)
    .whereRef('changed_at', '>', 'gated_at')
    .execute();
}

/** Without what others read. */
function needed(data: EventData<'instance.scrubbed.v1'>): EventData<'instance.scrubbed.v1'> {
  const { note: _note, wayback: _wayback, ...rest } = data;
  return rest;
}

/** Names one clean copy of one content. */
export function objectIdOf(data: EventData<'instance.scrubbed.v1'>): string {
  return `${data.instanceKey}/${data.contentKey}-${data.outcome}`;
}

/** An urgent delivery: its job, if it has one already, goes before the others. */
async function hurry(inside: Tables, { instanceKey, contentKey }: InstanceIds): Promise<void> {
  const row = await inside
    .updateTable('inference_instances')
    .set({ urgent: 1 })
    .where('instance_key', '=', instanceKey)
    .where('content_key', '=', contentKey)
    .returning('object_id')
    .executeTakeFirst();
  if (!row?.object_id) return;
  await inside
    .updateTable('inference_jobs')
    .set({ urgent: 1 })
    .where('object_id', '=', row.object_id)
    .execute();
}

async function touchSeries(inside: Tables, ids: InstanceIds): Promise<void> {
  const now = Date.now();
  await inside
    .insertInto('inference_series')
    .values({
      series_key: ids.seriesKey,
      tenant: ids.tenant,
      subject_key: ids.subjectKey,
      study_key: ids.studyKey,
      changed_at: now,
    })
    .onConflict((conflict) => conflict.column('series_key').doUpdateSet({ changed_at: later(now) }))
    .execute();
}

/** Never back: a host whose clock is behind must not hide its change. */
const later = (now: number) =>
  sql<number>`case when inference_series.changed_at < ${now} then ${now} else inference_series.changed_at + 1 end`;

const idsOf = (ids: InstanceIds) => ({
  instance_key: ids.instanceKey,
  content_key: ids.contentKey,
  tenant: ids.tenant,
  series_key: ids.seriesKey,
});
