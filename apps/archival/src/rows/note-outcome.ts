import { canonicalJson, type EventData } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import { noteInStudy } from './studies.js';
import type { ArchivalTables, OutcomeRow } from './tables.js';

type Scrubbed = EventData<'instance.scrubbed.v1'>;
type Quarantined = EventData<'instance.quarantined.v1'>;

/** Keeps what scrubbing said of a content: one reader of the staged raw object has settled. A note that lies in the store is not opened here. */
export async function noteOutcome(
  tables: Kysely<ArchivalTables>,
  data: Scrubbed | Quarantined,
): Promise<void> {
  await noteInStudy(tables, data, (inside) =>
    inside
      .insertInto('archival_outcomes')
      .values(rowOf(data))
      .onConflict((conflict) => conflict.columns(['instance_key', 'content_key', 'outcome']).doNothing())
      .executeTakeFirst(),
  );
}

function rowOf(data: Scrubbed | Quarantined): OutcomeRow {
  const counts = 'counts' in data ? data.counts : { removed: 0, replaced: 0, kept: 0 };
  return {
    instance_key: data.instanceKey,
    content_key: data.contentKey,
    outcome: data.outcome,
    tenant: data.tenant,
    study_key: data.studyKey,
    verdict: 'clean' in data ? 'clean' : 'quarantined',
    code: 'code' in data ? data.code : null,
    ...counts,
    staged_clean: 'clean' in data ? data.clean.name : null,
    note: 'note' in data && data.note && 'schema' in data.note ? canonicalJson(data.note) : null,
    at: Date.now(),
    decision: data.decision ?? null,
    staged_record: 'code' in data ? (data.record?.name ?? null) : null,
    modality: 'code' in data ? (data.modality ?? null) : null,
    profile: data.profile?.name ?? null,
  };
}
