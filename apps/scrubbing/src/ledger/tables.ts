import { type Migration, sql } from '@sluice/database';

/** Which content an instance has: the first one that came; any other is a conflict. */
interface ContentRow {
  instance_key: string;
  content_key: string;
}

/** Whose study it is: the first subject that came with it; any other is a conflict. */
interface SubjectRow {
  study_key: string;
  subject_key: string;
}

/** Which instance announces a way-back record: one event per record. */
interface WaybackRow {
  name: string;
  instance_key: string;
  content_key: string;
}

/** What was announced of a content under one profile and code version: said again in the same words. */
export interface OutcomeRow {
  instance_key: string;
  content_key: string;
  outcome: string;
  event_type: string;
  /** The event's data as JSON: keys, object references, new UIDs. */
  event_data: string;
  at: number;
}

export interface ScrubbingTables {
  scrubbing_contents: ContentRow;
  scrubbing_subjects: SubjectRow;
  scrubbing_waybacks: WaybackRow;
  scrubbing_outcomes: OutcomeRow;
}

/** Run by `database.migrate('scrubbing', ...)`; a released migration is frozen. */
export const SCRUBBING_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-ledger': {
    async up(db) {
      for (const statement of [
        'create table scrubbing_contents (instance_key text primary key, content_key text not null)',
        'create table scrubbing_subjects (study_key text primary key, subject_key text not null)',
        'create table scrubbing_waybacks (name text primary key, instance_key text not null, content_key text not null)',
        `create table scrubbing_outcomes (instance_key text not null, content_key text not null, outcome text not null,
           event_type text not null, event_data text not null, at bigint not null, primary key (instance_key, content_key, outcome))`,
      ]) {
        await sql.raw(statement).execute(db);
      }
    },
  },
};
