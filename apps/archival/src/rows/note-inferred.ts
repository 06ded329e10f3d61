import { type EventData, type InstanceIds, objectNames } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import type { ArchivalTables } from './tables.js';

/** Keeps that inference has settled with a clean copy: its reader needs it no more. */
export async function noteInferred(
  tables: Kysely<ArchivalTables>,
  data: EventData<'instance.inferred.v1'>,
): Promise<void> {
  await tables
    .insertInto('archival_inferred')
    .values({
      staged_clean: objectNames.stagedClean(data, data.outcome),
      instance_key: data.instanceKey,
      content_key: data.contentKey,
      results: JSON.stringify(
        data.answers.flatMap(({ results }) => results.map(({ object }) => object.name)),
      ),
      at: Date.now(),
    })
    .onConflict((conflict) => conflict.column('staged_clean').doNothing())
    .execute();
}

/** Names of a content's staged clean copies that inference has settled with. */
export async function inferredCopies(
  tables: Kysely<ArchivalTables>,
  content: Pick<InstanceIds, 'instanceKey' | 'contentKey'>,
): Promise<ReadonlySet<string>> {
  const rows = await tables
    .selectFrom('archival_inferred')
    .select('staged_clean')
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .execute();
  return new Set(rows.map((row) => row.staged_clean));
}
