import type { EventData, InstanceIds } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { openKnown } from './known.js';
import type { ScrubbingTables } from './tables.js';

/** What scrubbing says of an instance. */
export type Announcement =
  | { readonly type: 'instance.scrubbed.v1'; readonly data: EventData<'instance.scrubbed.v1'> }
  | { readonly type: 'instance.quarantined.v1'; readonly data: EventData<'instance.quarantined.v1'> };

/** Scrubbing's memory. Everything in it is written once: whoever comes second reads what stands there. */
export interface Ledger {
  /** What was announced of this content under this outcome before. */
  announced(ids: Content, outcome: string): Promise<Announcement | undefined>;
  /** Notes what is about to be announced; returns what was noted first. */
  note(announcement: Announcement): Promise<Announcement>;
  /** False when the instance has another content already, or its study another subject. */
  agrees(ids: Pick<InstanceIds, 'instanceKey' | 'contentKey' | 'studyKey' | 'subjectKey'>): Promise<boolean>;
  /** True for the one content that is to stage and announce this way-back record. */
  ownsWayback(name: string, ids: Content): Promise<boolean>;
}

type Content = Pick<InstanceIds, 'instanceKey' | 'contentKey'>;

const MOST_KNOWN = 20_000;

/** The ledger in scrubbing's own tables. */
export function openLedger(database: Database): Ledger {
  const tables = database.tables<ScrubbingTables>();
  const subjects = openKnown(MOST_KNOWN);
  const waybacks = openKnown(MOST_KNOWN);

  async function announced({ instanceKey, contentKey }: Content, outcome: string): Promise<Announcement | undefined> {
    const row = await tables
      .selectFrom('scrubbing_outcomes')
      .select(['event_type', 'event_data'])
      .where('instance_key', '=', instanceKey)
      .where('content_key', '=', contentKey)
      .where('outcome', '=', outcome)
      .executeTakeFirst();
    return row && ({ type: row.event_type, data: JSON.parse(row.event_data) } as Announcement);
  }

  async function note(announcement: Announcement): Promise<Announcement> {
    const { type, data } = announcement;
    const { instanceKey, contentKey, outcome } = data;
    const inserted = await tables
      .insertInto('scrubbing_outcomes')
      .values({ instance_key: instanceKey, content_key: contentKey, outcome, event_type: type, event_data: JSON.stringify(data), at: Date.now() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows) return announcement;
    return (await announced(data, outcome)) ?? announcement;
  }

  async function agrees(ids: Parameters<Ledger['agrees']>[0]): Promise<boolean> {
    return (await contentOf(ids)) === ids.contentKey && (await subjectOf(ids)) === ids.subjectKey;
  }

  async function contentOf({ instanceKey, contentKey }: Content): Promise<string> {
    const inserted = await tables
      .insertInto('scrubbing_contents')
      .values({ instance_key: instanceKey, content_key: contentKey })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows) return contentKey;
    const row = await tables.selectFrom('scrubbing_contents').select('content_key').where('instance_key', '=', instanceKey).executeTakeFirstOrThrow();
    return row.content_key;
  }

  async function subjectOf({ studyKey, subjectKey }: Pick<InstanceIds, 'studyKey' | 'subjectKey'>): Promise<string> {
    const known = subjects.get(studyKey);
    if (known) return known;
    await tables
      .insertInto('scrubbing_subjects')
      .values({ study_key: studyKey, subject_key: subjectKey })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await tables.selectFrom('scrubbing_subjects').select('subject_key').where('study_key', '=', studyKey).executeTakeFirstOrThrow();
    subjects.set(studyKey, row.subject_key);
    return row.subject_key;
  }

  async function ownsWayback(name: string, { instanceKey, contentKey }: Content): Promise<boolean> {
    const mine = `${instanceKey} ${contentKey}`;
    const known = waybacks.get(name);
    if (known) return known === mine;
    await tables
      .insertInto('scrubbing_waybacks')
      .values({ name, instance_key: instanceKey, content_key: contentKey })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const row = await tables.selectFrom('scrubbing_waybacks').select(['instance_key', 'content_key']).where('name', '=', name).executeTakeFirstOrThrow();
    const owner = `${row.instance_key} ${row.content_key}`;
    waybacks.set(name, owner);
    return owner === mine;
  }

  return { announced, note, agrees, ownsWayback };
}
