import type { EventData } from '@sluice/contracts';
import type { Kysely } from '@sluice/database';
import { eventOf, type NextEvent } from '@sluice/service';
import { type StoredAnswer, storedAnswers } from '../jobs/stored-answers.js';
import type { InferenceTables, JobRow } from '../rows/tables.js';
import { seriesInferred } from './series-inferred.js';

type Tables = Kysely<InferenceTables>;
type Scrubbed = EventData<'instance.scrubbed.v1'> & { readonly traceparent?: string };
type Said = NextEvent<'instance.inferred.v1' | 'deid.finding.v1' | 'series.inferred.v1'>;

/** Where what is ready to be said goes; resolves when it is durable. */
export type Say = (events: readonly Said[]) => Promise<void>;

const BATCH = 100;

/** Says every object that all models have settled with, and what analytics is told of it; the row is marked after the events. */
export async function sayInstances(tables: Tables, say: Say): Promise<number> {
  const jobs = await tables
    .selectFrom('inference_jobs')
    .selectAll()
    .where('state', '=', 'done')
    .where('said_at', 'is', null)
    .orderBy('object_id')
    .limit(BATCH)
    .execute();
  if (jobs.length === 0) return 0;
  await say(await instanceEvents(tables, jobs));
  await tables
    .updateTable('inference_jobs')
    .set({ said_at: Date.now() })
    .where(
      'object_id',
      'in',
      jobs.map((job) => job.object_id),
    )
    .execute();
  return jobs.length;
}

/** What was said of an object before, in the same words; nothing while it is not done. */
export async function saidBefore(tables: Tables, objectId: string): Promise<Said[]> {
  const jobs = await tables
    .selectFrom('inference_jobs')
    .selectAll()
    .where('object_id', '=', objectId)
    .where('state', '=', 'done')
    .execute();
  return instanceEvents(tables, jobs);
}

/** Says every series of which all objects were said since its last version. */
export async function saySeries(tables: Tables, say: Say): Promise<number> {
  const ready = await tables
    .selectFrom('inference_series')
    .selectAll()
    .whereRef('version', '>', 'said_version')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('inference_jobs')
            .select('object_id')
            .whereRef('inference_jobs.series_key', '=', 'inference_series.series_key')
            .where('said_at', 'is', null),
        ),
      ),
    )
    .orderBy('series_key')
    .limit(BATCH)
    .execute();
  for (const series of ready) {
    await say([await seriesInferred(tables, series)]);
    await tables
      .updateTable('inference_series')
      .set({ said_version: series.version })
      .where('series_key', '=', series.series_key)
      .where('said_version', '<', series.version)
      .execute();
  }
  return ready.length;
}

async function instanceEvents(tables: Tables, jobs: readonly JobRow[]): Promise<Said[]> {
  const answers = await storedAnswers(
    tables,
    jobs.map((job) => job.object_id),
  );
  return jobs.flatMap((job) => eventsOf(JSON.parse(job.copy) as Scrubbed, answers.get(job.object_id) ?? []));
}

function eventsOf(scrubbed: Scrubbed, stored: readonly StoredAnswer[]): Said[] {
  const { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey, attempt, outcome, deid } =
    scrubbed;
  const ids = { tenant, subjectKey, studyKey, seriesKey, instanceKey, contentKey, attempt, outcome };
  const answers = stored.map(({ answer }) => answer);
  const id = `inferred-${instanceKey.slice(0, 32)}-${contentKey.slice(0, 32)}-${outcome}`;
  const inferred = eventOf('instance.inferred.v1', { id, data: { ...ids, answers } }, scrubbed);
  const told = stored.flatMap((one) => one.told ?? []);
  if (told.length === 0) return [inferred];
  const { sopInstanceUID, seriesInstanceUID, studyInstanceUID } = deid;
  const data = {
    schema: 'deid.finding.v1' as const,
    tenant,
    SOPInstanceUID: sopInstanceUID,
    SeriesInstanceUID: seriesInstanceUID,
    StudyInstanceUID: studyInstanceUID,
    answers: told,
  };
  return [inferred, eventOf('deid.finding.v1', { id: sopInstanceUID, data })];
}
