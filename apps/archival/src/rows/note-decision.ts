import type { EventData } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import { noteInStudy } from './studies.js';
import type { ArchivalTables } from './tables.js';

type Decided = EventData<'instance.decided.v1'>;

/** Notes what a person decided about an outcome; returns the id of the decision that stands there: the first one. */
export async function noteDecision(tables: Kysely<ArchivalTables>, data: Decided): Promise<string> {
  const ids = { instance_key: data.instanceKey, content_key: data.contentKey, outcome: data.outcome };
  const row = {
    ...ids,
    tenant: data.tenant,
    decision: data.decision,
    decided: data.decided,
    by_person: data.by,
    rectangles: data.rectangles.length,
    record_name: data.record.name,
    record_digest: data.record.digest,
    record_size_bytes: data.record.sizeBytes,
    at: Date.parse(data.at),
  };
  await noteInStudy(tables, data, (inside) =>
    inside
      .insertInto('archival_decisions')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst(),
  );
  return (await decisionOn(tables, data)) ?? '';
}

/** The id of the decision that stands on an outcome, if one does. */
export async function decisionOn(
  tables: Kysely<ArchivalTables>,
  { instanceKey, contentKey, outcome }: Pick<Decided, 'instanceKey' | 'contentKey' | 'outcome'>,
): Promise<string | undefined> {
  const standing = await tables
    .selectFrom('archival_decisions')
    .select('decision')
    .where('instance_key', '=', instanceKey)
    .where('content_key', '=', contentKey)
    .where('outcome', '=', outcome)
    .executeTakeFirst();
  return standing?.decision;
}
