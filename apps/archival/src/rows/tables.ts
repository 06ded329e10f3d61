import { type Generated, type Migration, type Selectable, sql } from '@sluice/database';

/** One delivery that a sender was told is safe; kept until settled, and announced again from here while it is not. */
export interface ReceivedRow {
  attempt: string;
  tenant: string;
  subject_key: string;
  study_key: string;
  series_key: string;
  instance_key: string;
  content_key: string;
  /** The whole instance.received event as JSON, to announce again. */
  event: string;
  staged_name: string;
  /** Milliseconds since 1970, as all times here. */
  received_at: number;
  announced_at: number;
  announcements: Generated<number>;
  settled_at: number | null;
  /** The decision that this delivery was staged for; null for what a sender sent. */
  decision: string | null;
}

/** One archived object that was opened and found right. */
export interface ObjectRow {
  name: string;
  kind: string;
  tenant: string;
  subject_key: string;
  study_key: string;
  series_key: string;
  instance_key: string;
  content_key: string;
  digest: string;
  size_bytes: number;
  plain_digest: string | null;
  staged_name: string;
  archived_at: number;
}

/** What scrubbing said of a content: released as a clean copy, or quarantined with a code. */
export interface OutcomeRow {
  instance_key: string;
  content_key: string;
  outcome: string;
  tenant: string;
  study_key: string;
  verdict: string;
  code: string | null;
  removed: number;
  replaced: number;
  kept: number;
  staged_clean: string | null;
  /** The release note of the clean copy, as canonical JSON. */
  note: string | null;
  at: number;
  /** The decision by which it came about. */
  decision: string | null;
  /** Of a quarantine: what a person is shown, and what may be said of it in a list. */
  staged_record: string | null;
  modality: string | null;
  profile: string | null;
}

/** What a person decided about a quarantined outcome: the first decision holds. */
export interface DecisionRow {
  instance_key: string;
  content_key: string;
  outcome: string;
  tenant: string;
  decision: string;
  /** released or rejected. */
  decided: string;
  by_person: string;
  /** How many rectangles were to be blacked out. */
  rectangles: number;
  /** The sealed reason. */
  record_name: string;
  record_digest: string;
  record_size_bytes: number;
  at: number;
}

/** A study, and the manifest that describes it as of `manifest_at`. */
interface StudyTable {
  tenant: string;
  study_key: string;
  subject_key: string;
  first_at: number;
  changed_at: number;
  manifest_at: number;
  version: Generated<number>;
  manifest_name: string | null;
  manifest_digest: string | null;
  manifest_size_bytes: number | null;
}

/** A closed association or request, until its staged list is deleted. */
export interface BatchRow {
  batch_key: string;
  tenant: string;
  study_key: string;
  instances: number;
  list_name: string;
  closed_at: number;
}

/** At most one archival process sweeps at a time. */
export interface LeaseRow {
  name: string;
  owner: string;
  until_at: number;
}

/** How often an object that was not indexed yet was removed because it did not verify. */
export interface RepairRow {
  name: string;
  repairs: number;
  at: number;
}

/** A clean copy that inference has settled with. */
export interface InferredRow {
  staged_clean: string;
  instance_key: string;
  content_key: string;
  /** Names of the staged results, as JSON; null for what was settled before they were kept. */
  results: string | null;
  at: number;
}

export type StudyRow = Selectable<StudyTable>;

export interface ArchivalTables {
  archival_received: ReceivedRow;
  archival_objects: ObjectRow;
  archival_outcomes: OutcomeRow;
  archival_decisions: DecisionRow;
  archival_studies: StudyTable;
  archival_batches: BatchRow;
  archival_leases: LeaseRow;
  archival_repairs: RepairRow;
  archival_inferred: InferredRow;
}

const KEYS =
  'tenant text not null, subject_key text not null, study_key text not null, series_key text not null, instance_key text not null, content_key text not null';

/** Run by `database.migrate('archival', ...)`; a released migration is frozen. */
export const ARCHIVAL_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-index': {
    async up(db) {
      for (const statement of [
        `create table archival_received (attempt text primary key, ${KEYS}, event text not null, staged_name text not null,
           received_at bigint not null, announced_at bigint not null, announcements integer not null default 1, settled_at bigint)`,
        'create index archival_received_content on archival_received (instance_key, content_key)',
        'create index archival_received_study on archival_received (study_key)',
        'create index archival_received_open on archival_received (announced_at) where settled_at is null',
        `create table archival_objects (name text primary key, kind text not null, ${KEYS}, digest text not null, size_bytes bigint not null,
           plain_digest text, staged_name text not null, archived_at bigint not null)`,
        'create index archival_objects_content on archival_objects (instance_key, content_key)',
        'create index archival_objects_study on archival_objects (study_key)',
        `create table archival_outcomes (instance_key text not null, content_key text not null, outcome text not null, tenant text not null,
           study_key text not null, verdict text not null, code text, removed integer not null, replaced integer not null, kept integer not null,
           staged_clean text, at bigint not null, primary key (instance_key, content_key, outcome))`,
        'create index archival_outcomes_study on archival_outcomes (study_key)',
        `create table archival_studies (tenant text not null, study_key text primary key, subject_key text not null, first_at bigint not null,
           changed_at bigint not null, manifest_at bigint not null default 0, version integer not null default 0, manifest_name text,
           manifest_digest text, manifest_size_bytes bigint)`,
        'create index archival_studies_changed on archival_studies (changed_at) where changed_at > manifest_at',
        `create table archival_batches (batch_key text not null, tenant text not null, study_key text not null, instances integer not null,
           list_name text not null, closed_at bigint not null, primary key (batch_key, study_key))`,
        'create table archival_leases (name text primary key, owner text not null, until_at bigint not null)',
      ]) {
        await sql.raw(statement).execute(db);
      }
    },
  },
  '002-repairs': {
    async up(db) {
      const table =
        'create table archival_repairs (name text primary key, repairs integer not null, at bigint not null)';
      await sql.raw(table).execute(db);
    },
  },
  '003-notes': {
    async up(db) {
      await sql.raw('alter table archival_outcomes add column note text').execute(db);
    },
  },
  '004-inferred': {
    async up(db) {
      for (const statement of [
        `create table archival_inferred (staged_clean text primary key, instance_key text not null, content_key text not null,
           at bigint not null)`,
        'create index archival_inferred_content on archival_inferred (instance_key, content_key)',
      ]) {
        await sql.raw(statement).execute(db);
      }
    },
  },
  '005-quarantine': {
    async up(db) {
      for (const statement of [
        'alter table archival_received add column decision text',
        ...['decision', 'staged_record', 'modality', 'profile'].map(
          (column) => `alter table archival_outcomes add column ${column} text`,
        ),
        `create table archival_decisions (instance_key text not null, content_key text not null, outcome text not null, tenant text not null,
           decision text not null unique, decided text not null, by_person text not null, rectangles integer not null, record_name text not null,
           record_digest text not null, record_size_bytes bigint not null, at bigint not null, primary key (instance_key, content_key, outcome))`,
      ]) {
        await sql.raw(statement).execute(db);
      }
    },
  },
  '006-held': {
    async up(db) {
      const index = `create index archival_outcomes_held on archival_outcomes (at) where verdict = 'quarantined'`;
      await sql.raw(index).execute(db);
    },
  },
  '007-results': {
    async up(db) {
      await sql.raw('alter table archival_inferred add column results text').execute(db);
    },
  },
};
