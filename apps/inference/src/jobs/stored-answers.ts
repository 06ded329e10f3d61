import type { EventData, InferenceAnswer } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import type { z } from 'zod';
import type { InferenceTables } from '../rows/tables.js';

export type Answer = z.infer<typeof InferenceAnswer>;

/** One model's answer to one object, and what analytics is told of it where it found something to tell. */
export interface StoredAnswer {
  readonly answer: Answer;
  readonly told?: EventData<'deid.finding.v1'>['answers'][number] | undefined;
}

/** Answers that stand, by object. */
export async function storedAnswers(
  tables: Kysely<InferenceTables>,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredAnswer[]>> {
  if (objectIds.length === 0) return new Map();
  const rows = await tables
    .selectFrom('inference_answers')
    .selectAll()
    .where('object_id', 'in', objectIds)
    .orderBy('model_digest')
    .execute();
  const byObject = Map.groupBy(rows, (row) => row.object_id);
  return new Map(
    [...byObject].map(([id, answers]) => [
      id,
      answers.map(({ answer, told }) => ({
        answer: JSON.parse(answer) as Answer,
        told: told === null ? undefined : (JSON.parse(told) as NonNullable<StoredAnswer['told']>),
      })),
    ]),
  );
}
