import type { EventData } from '@sluice/contracts';
import type { Database, Kysely } from '@sluice/database';
import type { InferenceTables, JobRow } from '../rows/tables.js';
import type { StoredAnswer } from './stored-answers.js';

/** A job in hand. */
export interface Job {
  readonly objectId: string;
  readonly urgent: boolean;
  /** Processes that ended with it in hand. */
  readonly deaths: number;
  /** How often it was put back. */
  readonly tries: number;
  /** What scrubbing said of the object. */
  readonly scrubbed: EventData<'instance.scrubbed.v1'>;
}

/** Jobs as leased rows: claimed by one owner at a time, taken over when a lease runs out. */
export interface Jobs {
  /** Up to `count` jobs for this owner, urgent ones first, then the oldest. `urgentOnly` leaves routine ones where they are. */
  claim(count: number, options?: { urgentOnly?: boolean }): Promise<Job[]>;
  /** Makes the leases of the jobs in hand longer; returns those that this owner still has. */
  renew(objectIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Puts a job back, to be tried after `afterMs`; `died`: a process ended with it in hand. */
  putBack(objectId: string, options: { afterMs: number; died?: boolean }): Promise<void>;
  /** Stores a job's answers and ends it, both or neither; an urgent answer makes what waits of the study urgent. False when another owner has it by now. */
  finish(objectId: string, answers: readonly StoredAnswer[]): Promise<boolean>;
  /** Jobs that wait or are in hand. */
  waiting(): Promise<{ readonly urgent: number; readonly routine: number }>;
}

export interface JobsOptions {
  readonly owner: string;
  /** From each claim or renewal on. */
  readonly leaseMs: number;
}

type Tables = Kysely<InferenceTables>;

/** The jobs of the room's own table. */
export function openJobs(database: Database, { owner, leaseMs }: JobsOptions): Jobs {
  const tables = database.tables<InferenceTables>();
  const mine = (objectIds: readonly string[]) =>
    tables.updateTable('inference_jobs').where('object_id', 'in', objectIds).where('owner', '=', owner);
  return {
    claim: async (count, { urgentOnly = false } = {}) => {
      if (count < 1) return [];
      const rows = await claimRows(database, { count, urgentOnly, owner, until: Date.now() + leaseMs });
      return rows.map(jobOf).sort(inTurn);
    },
    renew: async (objectIds) => {
      if (objectIds.length === 0) return new Set();
      const rows = await mine(objectIds)
        .set({ lease_until: Date.now() + leaseMs })
        .returning('object_id')
        .execute();
      return new Set(rows.map((row) => row.object_id));
    },
    putBack: async (objectId, { afterMs, died = false }) => {
      await mine([objectId])
        .set((row) => ({
          owner: null,
          not_before: Date.now() + afterMs,
          tries: row('tries', '+', 1),
          deaths: row('deaths', '+', died ? 1 : 0),
        }))
        .execute();
    },
    finish: (objectId, answers) => finish(database, owner, { objectId, answers }),
    waiting: () => countWaiting(tables),
  };
}

interface Claim extends Pick<JobsOptions, 'owner'> {
  readonly count: number;
  readonly urgentOnly: boolean;
  readonly until: number;
}

/** PostgreSQL skips rows that another claim is looking at; SQLite has one writer at a time. */
async function claimRows(database: Database, { count, urgentOnly, owner, until }: Claim): Promise<JobRow[]> {
  const tables = database.tables<InferenceTables>();
  const now = Date.now();
  const free = tables
    .selectFrom('inference_jobs')
    .select('object_id')
    .where('state', '=', 'waiting')
    .where('not_before', '<=', now)
    .where('urgent', '>=', urgentOnly ? 1 : 0)
    .where((row) => row.or([row('owner', 'is', null), row('lease_until', '<', now)]))
    .orderBy('urgent', 'desc')
    .orderBy('queued_at')
    .orderBy('object_id')
    .limit(count);
  return tables
    .updateTable('inference_jobs')
    .set((row) => ({
      owner,
      lease_until: until,
      // An owner that is still named did not put it back: it died. Who claims his own again was cut off from the database, no more.
      deaths: row
        .case()
        .when(row.or([row('owner', 'is', null), row('owner', '=', owner)]))
        .then(row.ref('deaths'))
        .else(row('deaths', '+', 1))
        .end(),
    }))
    .where('object_id', 'in', database.dialect === 'postgres' ? free.forUpdate().skipLocked() : free)
    .returningAll()
    .execute();
}

async function finish(
  database: Database,
  owner: string,
  { objectId, answers }: { objectId: string; answers: readonly StoredAnswer[] },
): Promise<boolean> {
  const { dialect } = database;
  return database
    .tables<InferenceTables>()
    .transaction()
    .execute(async (inside) => {
      const { numUpdatedRows } = await inside
        .updateTable('inference_jobs')
        .set({ state: 'done', owner: null })
        .where('object_id', '=', objectId)
        .where('owner', '=', owner)
        .executeTakeFirst();
      if (Number(numUpdatedRows) === 0) return false;
      for (const { answer, told } of answers) {
        await inside
          .insertInto('inference_answers')
          .values({
            object_id: objectId,
            model_digest: answer.model.digest,
            answer: JSON.stringify(answer),
            told: told ? JSON.stringify(told) : null,
          })
          .onConflict((conflict) => conflict.columns(['object_id', 'model_digest']).doNothing())
          .execute();
      }
      if (answers.some(({ answer }) => answer.triage === 'urgent'))
        await hurryStudy(inside, objectId, dialect);
      return true;
    });
}

/** A first pass that is urgent hurries what waits of its study; what comes of it later is hurried at the gate (gate.ts). */
async function hurryStudy(inside: Tables, objectId: string, dialect: Database['dialect']): Promise<void> {
  await inside.updateTable('inference_jobs').set({ urgent: 1 }).where('object_id', '=', objectId).execute();
  const waiting = inside
    .selectFrom('inference_jobs')
    .select('object_id')
    .where('said_at', 'is', null)
    .where('state', '=', 'waiting')
    .where('owner', 'is', null)
    .where('urgent', '=', 0)
    .where('series_key', 'in', seriesOfStudy(inside, objectId));
  await inside
    .updateTable('inference_jobs')
    .set({ urgent: 1 })
    // Another may hurry the same study, or claim one of it, at this moment: theirs are left to them.
    .where('object_id', 'in', dialect === 'postgres' ? waiting.forUpdate().skipLocked() : waiting)
    .execute();
}

const seriesOfStudy = (inside: Tables, objectId: string) =>
  inside
    .selectFrom('inference_series')
    .select('series_key')
    .where('study_key', 'in', (one) =>
      one
        .selectFrom('inference_jobs as own')
        .innerJoin('inference_series as its', 'its.series_key', 'own.series_key')
        .select('its.study_key')
        .where('own.object_id', '=', objectId),
    );

async function countWaiting(tables: Tables): Promise<{ urgent: number; routine: number }> {
  const rows = await tables
    .selectFrom('inference_jobs')
    .select((row) => ['urgent', row.fn.countAll<number>().as('count')])
    .where('state', '=', 'waiting')
    .groupBy('urgent')
    .execute();
  const countOf = (urgent: number) => rows.find((row) => row.urgent === urgent)?.count ?? 0;
  return { urgent: countOf(1), routine: countOf(0) };
}

function jobOf(row: JobRow): Job & Pick<JobRow, 'queued_at'> {
  return {
    objectId: row.object_id,
    urgent: row.urgent === 1,
    deaths: row.deaths,
    tries: row.tries,
    queued_at: row.queued_at,
    scrubbed: JSON.parse(row.copy) as EventData<'instance.scrubbed.v1'>,
  };
}

/** An update returns its rows in any order. */
const inTurn = (one: ReturnType<typeof jobOf>, other: ReturnType<typeof jobOf>): number =>
  Number(other.urgent) - Number(one.urgent) || one.queued_at - other.queued_at;
