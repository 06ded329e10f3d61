import type { EventData, InstanceIds } from '@sluice/contracts';
import type { Database, Kysely } from '@sluice/database';
import { type Known, openKnown } from './known.js';
import type { ScrubbingTables } from './tables.js';

/** What scrubbing says of an instance. */
export type Announcement =
  | { readonly type: 'instance.scrubbed.v1'; readonly data: EventData<'instance.scrubbed.v1'> }
  | { readonly type: 'instance.quarantined.v1'; readonly data: EventData<'instance.quarantined.v1'> };

/** One content of one instance. */
export type Content = Pick<InstanceIds, 'instanceKey' | 'contentKey'>;

/** Codes of the verdicts on what does not go with what came before. */
export type Conflict = 'SCRUBBING_CONFLICT' | 'SCRUBBING_SUBJECT_CONFLICT';

/** Scrubbing's memory. Everything in it is written once: whoever comes second reads what stands there. */
export interface Ledger {
  /** What was announced of this content under this outcome before. */
  announced(ids: Content, outcome: string): Promise<Announcement | undefined>;
  /** What was announced of this content last, under whatever outcome. */
  announcedLast(ids: Content): Promise<Announcement | undefined>;
  /** Notes what is about to be announced; returns what was noted first. */
  note(announcement: Announcement): Promise<Announcement>;
  /** What stands against an instance: its study has another subject already, or it has another content. */
  conflictOf(ids: Content & Pick<InstanceIds, 'studyKey' | 'subjectKey'>): Promise<Conflict | undefined>;
  /** True for the one content that is to stage and announce this way-back record. */
  ownsWayback(name: string, ids: Content): Promise<boolean>;
}

type Tables = Kysely<ScrubbingTables>;

const MOST_KNOWN = 20_000;

/** The ledger in scrubbing's own tables. */
export function openLedger(database: Database): Ledger {
  const tables = database.tables<ScrubbingTables>();
  const subjects = openKnown(MOST_KNOWN);
  const waybacks = openKnown(MOST_KNOWN);
  return {
    announced: (ids, outcome) => findOutcome(tables, ids, outcome),
    announcedLast: (ids) => findOutcome(tables, ids),
    note: (announcement) => noteOutcome(tables, announcement),
    // The subject first: a delivery of the wrong one must not claim the instance for its content.
    conflictOf: async (ids) => {
      if ((await subjectOf(tables, subjects, ids)) !== ids.subjectKey) return 'SCRUBBING_SUBJECT_CONFLICT';
      return (await contentOf(tables, ids)) === ids.contentKey ? undefined : 'SCRUBBING_CONFLICT';
    },
    ownsWayback: async (name, ids) =>
      (await waybackOwner(tables, waybacks, { name, ...ids })) === ownerOf(ids),
  };
}

/** Without an outcome: the newest one. */
async function findOutcome(
  tables: Tables,
  { instanceKey, contentKey }: Content,
  outcome?: string,
): Promise<Announcement | undefined> {
  const all = tables
    .selectFrom('scrubbing_outcomes')
    .select(['event_type', 'event_data'])
    .where('instance_key', '=', instanceKey)
    .where('content_key', '=', contentKey)
    .orderBy('at', 'desc')
    .limit(1);
  const row = await (outcome === undefined ? all : all.where('outcome', '=', outcome)).executeTakeFirst();
  return row && ({ type: row.event_type, data: JSON.parse(row.event_data) } as Announcement);
}

async function noteOutcome(tables: Tables, announcement: Announcement): Promise<Announcement> {
  const { type, data } = announcement;
  const { instanceKey, contentKey, outcome } = data;
  const inserted = await tables
    .insertInto('scrubbing_outcomes')
    .values({
      instance_key: instanceKey,
      content_key: contentKey,
      outcome,
      event_type: type,
      event_data: JSON.stringify(data),
      at: Date.now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows) return announcement;
  return (await findOutcome(tables, data, outcome)) ?? announcement;
}

async function contentOf(tables: Tables, { instanceKey, contentKey }: Content): Promise<string> {
  const inserted = await tables
    .insertInto('scrubbing_contents')
    .values({ instance_key: instanceKey, content_key: contentKey })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows) return contentKey;
  const row = await tables
    .selectFrom('scrubbing_contents')
    .select('content_key')
    .where('instance_key', '=', instanceKey)
    .executeTakeFirstOrThrow();
  return row.content_key;
}

async function subjectOf(
  tables: Tables,
  known: Known,
  { studyKey, subjectKey }: Pick<InstanceIds, 'studyKey' | 'subjectKey'>,
): Promise<string> {
  const before = known.get(studyKey);
  if (before) return before;
  await tables
    .insertInto('scrubbing_subjects')
    .values({ study_key: studyKey, subject_key: subjectKey })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tables
    .selectFrom('scrubbing_subjects')
    .select('subject_key')
    .where('study_key', '=', studyKey)
    .executeTakeFirstOrThrow();
  known.set(studyKey, row.subject_key);
  return row.subject_key;
}

async function waybackOwner(
  tables: Tables,
  known: Known,
  { name, instanceKey, contentKey }: Content & { name: string },
): Promise<string> {
  const before = known.get(name);
  if (before) return before;
  await tables
    .insertInto('scrubbing_waybacks')
    .values({ name, instance_key: instanceKey, content_key: contentKey })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tables
    .selectFrom('scrubbing_waybacks')
    .select(['instance_key', 'content_key'])
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const owner = ownerOf({ instanceKey: row.instance_key, contentKey: row.content_key });
  known.set(name, owner);
  return owner;
}

function ownerOf({ instanceKey, contentKey }: Content): string {
  return `${instanceKey} ${contentKey}`;
}
