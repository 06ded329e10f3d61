import type { Kysely } from '@sluice/database';
import type { SluiceEvent } from '@sluice/contracts';
import { noteInStudy } from './studies.js';
import type { ArchivalTables } from './tables.js';

/** Keeps a received event as a row, so that it can be announced again until it is settled (house.md, walk, step 7). */
export async function noteReceived(
  tables: Kysely<ArchivalTables>,
  event: SluiceEvent<'instance.received.v1'>,
): Promise<void> {
  const { data } = event;
  const now = Date.now();
  const row = {
    attempt: data.attempt,
    tenant: data.tenant,
    subject_key: data.subjectKey,
    study_key: data.studyKey,
    series_key: data.seriesKey,
    instance_key: data.instanceKey,
    content_key: data.contentKey,
    event: JSON.stringify(event),
    staged_name: data.object.name,
    received_at: Date.parse(data.receivedAt),
    announced_at: now,
    settled_at: null,
    decision: data.release?.id ?? null,
  };
  await noteInStudy(tables, data, (inside) =>
    inside
      .insertInto('archival_received')
      .values(row)
      .onConflict((conflict) => conflict.column('attempt').doNothing())
      .executeTakeFirst(),
  );
}
