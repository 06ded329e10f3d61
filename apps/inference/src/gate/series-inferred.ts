import type { EventData } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import { eventOf, type NextEvent } from '@sluice/service';
import { type Answer, storedAnswers } from '../jobs/stored-answers.js';
import type { InferenceTables, SeriesRow } from '../rows/tables.js';

type Data = EventData<'series.inferred.v1'>;
type Scrubbed = EventData<'instance.scrubbed.v1'>;

const MOST_RESULTS = 8;
const MOST_CODES = 8;
const URGENCY = ['urgent', 'soon', 'routine'] as const;
/** Objects whose answers are read at once. */
const PAGE = 500;

interface Member {
  readonly instance_key: string;
  readonly state: string;
  readonly object_id: string | null;
  readonly copy: string | null;
}

/** What a series comes to: every answer of its clean objects as they stand, counted; said whatever they are. */
export async function seriesInferred(
  tables: Kysely<InferenceTables>,
  series: SeriesRow,
): Promise<NextEvent<'series.inferred.v1'>> {
  const members = await tables
    .selectFrom('inference_instances')
    .select(['instance_key', 'state', 'object_id', 'copy'])
    .where('series_key', '=', series.series_key)
    .orderBy('instance_key')
    .execute();
  const answers = await answersOf(tables, members);
  const deid = deidOf(members);
  const triage = URGENCY.find((one) => answers.some(({ answer }) => answer.triage === one));
  const results = answers.flatMap(({ instanceKey, answer }) =>
    answer.results.map((result) => ({ ...result, instanceKey })),
  );
  const data: Data = {
    tenant: series.tenant,
    subjectKey: series.subject_key,
    studyKey: series.study_key,
    seriesKey: series.series_key,
    version: series.version,
    ...(deid && { deid }),
    verdict: verdictOf(answers),
    ...(triage && { triage }),
    models: modelsOf(answers),
    counts: countsOf(members),
    codes: [...new Set(answers.flatMap(({ answer }) => answer.code ?? []))].sort().slice(0, MOST_CODES),
    results: results.slice(0, MOST_RESULTS),
    resultsTotal: results.length,
  };
  return eventOf('series.inferred.v1', {
    id: `series-inferred-${series.series_key}-${series.version}`,
    data,
  });
}

interface InstanceAnswer {
  readonly instanceKey: string;
  readonly answer: Answer;
}

async function answersOf(
  tables: Kysely<InferenceTables>,
  members: readonly Member[],
): Promise<InstanceAnswer[]> {
  const clean = members.filter((member) => member.state === 'clean');
  const found: InstanceAnswer[] = [];
  for (let at = 0; at < clean.length; at += PAGE) {
    const page = clean.slice(at, at + PAGE);
    const stored = await storedAnswers(
      tables,
      page.map((member) => member.object_id ?? ''),
    );
    for (const { instance_key: instanceKey, object_id } of page)
      for (const { answer } of stored.get(object_id ?? '') ?? []) found.push({ instanceKey, answer });
  }
  return found;
}

function verdictOf(answers: readonly InstanceAnswer[]): Data['verdict'] {
  const has = (verdict: Answer['verdict']) => answers.some(({ answer }) => answer.verdict === verdict);
  if (answers.length === 0) return 'nothing-released';
  if (has('answered')) return 'answered';
  return has('failed') ? 'failed' : 'no-model-applies';
}

function modelsOf(answers: readonly InstanceAnswer[]): Data['models'] {
  const byDigest = Map.groupBy(answers, ({ answer }) => answer.model.digest);
  return [...byDigest.values()].slice(0, 3).map((own) => {
    const count = (verdict: Answer['verdict']) =>
      own.filter(({ answer }) => answer.verdict === verdict).length;
    return {
      ...own[0]!.answer.model,
      answered: count('answered'),
      unfit: count('unfit'),
      failed: count('failed'),
    };
  });
}

function countsOf(members: readonly Member[]): Data['counts'] {
  const count = (state: string) => members.filter((member) => member.state === state).length;
  return {
    instances: members.length,
    clean: count('clean'),
    quarantined: count('quarantined'),
    dead: count('dead'),
  };
}

function deidOf(members: readonly Member[]): Data['deid'] {
  const copy = members.find((member) => member.state === 'clean')?.copy;
  if (!copy) return undefined;
  const { seriesInstanceUID, studyInstanceUID } = (JSON.parse(copy) as Scrubbed).deid;
  return { seriesInstanceUID, studyInstanceUID };
}
