import { type Generated, type Migration, type Selectable, sql } from '@sluice/database';

/** One content of an instance, and what the corridor has said of it. */
interface InstanceRow {
  instance_key: string;
  content_key: string;
  tenant: string;
  series_key: string;
  /** open, clean, quarantined or dead: all but the first are settled. */
  state: string;
  /** 1: its sender marked it as urgent. */
  urgent: Generated<number>;
  /** Its job, once it is clean. */
  object_id: string | null;
  /** The data of `instance.scrubbed` as JSON, with its traceparent, once it is clean. */
  copy: string | null;
}

/** A series: when it changed, up to when its jobs are made (`gated_at`), and which version of its answer was said. */
interface SeriesTable {
  series_key: string;
  tenant: string;
  subject_key: string;
  study_key: string;
  changed_at: number;
  gated_at: Generated<number>;
  version: Generated<number>;
  said_version: Generated<number>;
}

/** One clean object to be put before every model. A row is leased, never locked: a death lets the lease run out. */
interface JobTable {
  object_id: string;
  series_key: string;
  /** waiting or done. */
  state: Generated<string>;
  urgent: number;
  queued_at: number;
  /** Not to be tried before; milliseconds since 1970, as all times here. */
  not_before: Generated<number>;
  owner: string | null;
  lease_until: Generated<number>;
  /** Owners whose lease ran out, and model processes that ended, with it in hand. */
  deaths: Generated<number>;
  tries: Generated<number>;
  copy: string;
  said_at: number | null;
}

/** What became of one object before one model: stored once, said as often as need be. */
interface AnswerRow {
  object_id: string;
  model_digest: string;
  /** `InferenceAnswer` of contracts as JSON. */
  answer: string;
  /** What analytics is told of it, as JSON; only where it answered. */
  told: string | null;
}

export type JobRow = Selectable<JobTable>;
export type SeriesRow = Selectable<SeriesTable>;

export interface InferenceTables {
  inference_instances: InstanceRow;
  inference_series: SeriesTable;
  inference_jobs: JobTable;
  inference_answers: AnswerRow;
}

/** Run by `database.migrate('inference', ...)`; a released migration is frozen. */
export const INFERENCE_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-jobs': {
    async up(db) {
      for (const statement of [
        `create table inference_instances (instance_key text not null, content_key text not null, tenant text not null,
           series_key text not null, state text not null, urgent integer not null default 0, object_id text, copy text,
           primary key (instance_key, content_key))`,
        'create index inference_instances_series on inference_instances (series_key)',
        `create table inference_series (series_key text primary key, tenant text not null, subject_key text not null,
           study_key text not null, changed_at bigint not null, gated_at bigint not null default 0,
           version integer not null default 0, said_version integer not null default 0)`,
        'create index inference_series_changed on inference_series (changed_at) where changed_at > gated_at',
        'create index inference_series_unsaid on inference_series (series_key) where version > said_version',
        'create index inference_series_study on inference_series (study_key)',
        `create table inference_jobs (object_id text primary key, series_key text not null, state text not null default 'waiting',
           urgent integer not null, queued_at bigint not null, not_before bigint not null default 0, owner text,
           lease_until bigint not null default 0, deaths integer not null default 0, tries integer not null default 0,
           copy text not null, said_at bigint)`,
        `create index inference_jobs_waiting on inference_jobs (urgent desc, queued_at, object_id) where state = 'waiting'`,
        `create index inference_jobs_unsaid on inference_jobs (object_id) where state = 'done' and said_at is null`,
        `create table inference_answers (object_id text not null, model_digest text not null, answer text not null, told text,
           primary key (object_id, model_digest))`,
      ]) {
        await sql.raw(statement).execute(db);
      }
    },
  },
  '002-unsaid-in-series': {
    async up(db) {
      const index =
        'create index inference_jobs_unsaid_in_series on inference_jobs (series_key) where said_at is null';
      await sql.raw(index).execute(db);
    },
  },
  '003-urgent-in-series': {
    async up(db) {
      const index =
        'create index inference_jobs_urgent_in_series on inference_jobs (series_key) where urgent = 1';
      await sql.raw(index).execute(db);
    },
  },
};
