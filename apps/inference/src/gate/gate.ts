import type { DeadLetters } from '@sluice/bus';
import { InstanceIds } from '@sluice/contracts';
import { type Kysely, sql } from '@sluice/database';
import { noteDead } from '../rows/note-instance.js';
import type { InferenceTables, SeriesRow } from '../rows/tables.js';

type Tables = Kysely<InferenceTables>;

export interface GateDoors {
  readonly tables: Tables;
  readonly bus: { readonly deadLetters: Pick<DeadLetters, 'list'> };
}

const BATCH = 200;
/** Rows of one insert; PostgreSQL and SQLite bound the values of a statement. */
const ROWS = 500;

/**
 * Makes jobs of the series that changed, have been quiet for `quietMs` and are settled: every instance scrubbed, quarantined, or
 * given up in a dead letter. What has a job already keeps it; late instances make a new version. Returns how many series passed.
 */
export async function openGate(
  { tables, bus }: GateDoors,
  { quietMs }: { quietMs: number },
): Promise<number> {
  const before = Date.now() - quietMs;
  const quiet = await quietSeries(tables, before);
  if (quiet.length === 0) return 0;
  const open = await withOpenInstances(tables, quiet);
  if (open.length > 0) await noteDeadLetters({ tables, bus });
  const stillOpen = new Set(open.length > 0 ? await withOpenInstances(tables, quiet) : []);
  const settled = quiet.filter((series) => !stillOpen.has(series.series_key));
  for (const series of settled) await pass(tables, series);
  return settled.length;
}

function quietSeries(tables: Tables, before: number): Promise<SeriesRow[]> {
  return tables
    .selectFrom('inference_series')
    .selectAll()
    .whereRef('changed_at', '>', 'gated_at')
    .where('changed_at', '<=', before)
    .orderBy('changed_at')
    .limit(BATCH)
    .execute();
}

async function withOpenInstances(tables: Tables, series: readonly SeriesRow[]): Promise<string[]> {
  const rows = await tables
    .selectFrom('inference_instances')
    .select('series_key')
    .distinct()
    .where('state', '=', 'open')
    .where(
      'series_key',
      'in',
      series.map((row) => row.series_key),
    )
    .execute();
  return rows.map((row) => row.series_key);
}

/** What lies among scrubbing's dead letters is settled until an operator tries it again. */
async function noteDeadLetters({ tables, bus }: GateDoors): Promise<void> {
  const letters = await bus.deadLetters.list('scrubbing');
  const contents = letters.flatMap(({ event }) => {
    const ids = InstanceIds.safeParse(event?.data);
    return ids.success ? [ids.data] : [];
  });
  await noteDead(tables, contents);
}

/** Jobs and the new version, both or neither, and only if nothing came meanwhile. */
async function pass(tables: Tables, series: SeriesRow): Promise<void> {
  await tables.transaction().execute(async (inside) => {
    const { numUpdatedRows } = await inside
      .updateTable('inference_series')
      .set((row) => ({ gated_at: series.changed_at, version: row('version', '+', 1) }))
      .where('series_key', '=', series.series_key)
      .where('changed_at', '=', series.changed_at)
      .whereRef('changed_at', '>', 'gated_at')
      .executeTakeFirst();
    if (Number(numUpdatedRows) > 0) await makeJobs(inside, series);
  });
}

async function makeJobs(
  inside: Tables,
  { series_key: seriesKey, study_key: studyKey }: SeriesRow,
): Promise<void> {
  const clean = await inside
    .selectFrom('inference_instances')
    .select(['object_id', 'copy', 'urgent'])
    .where('series_key', '=', seriesKey)
    .where('state', '=', 'clean')
    .orderBy('instance_key')
    .execute();
  // A series with one urgent image is urgent, and so is one of a study of which anything was.
  const urgent = clean.some((row) => row.urgent === 1) || (await isUrgent(inside, studyKey)) ? 1 : 0;
  const queued_at = Date.now();
  const jobs = clean.map(({ object_id, copy }) => ({
    object_id: object_id ?? '',
    copy: copy ?? '',
    series_key: seriesKey,
    owner: null,
    said_at: null,
    ...{ urgent, queued_at },
  }));
  for (let at = 0; at < jobs.length; at += ROWS) {
    await inside
      .insertInto('inference_jobs')
      .values(jobs.slice(at, at + ROWS))
      .onConflict((conflict) => conflict.column('object_id').doUpdateSet({ urgent: moreUrgent(urgent) }))
      .execute();
  }
}

async function isUrgent(inside: Tables, studyKey: string): Promise<boolean> {
  const row = await inside
    .selectFrom('inference_jobs')
    .innerJoin('inference_series', 'inference_series.series_key', 'inference_jobs.series_key')
    .select('object_id')
    .where('study_key', '=', studyKey)
    .where('urgent', '=', 1)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

const moreUrgent = (urgent: number) =>
  sql<number>`case when inference_jobs.urgent > ${urgent} then inference_jobs.urgent else ${urgent} end`;
