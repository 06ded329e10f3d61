import type { InstanceIds, ObjectRef } from '@sluice/contracts';
import type { ArchivalDoors } from './doors.js';
import { inferredCopies } from './rows/note-inferred.js';
import type { ObjectRow, OutcomeRow, ReceivedRow } from './rows/tables.js';

type Content = Pick<InstanceIds, 'instanceKey' | 'contentKey'>;

/** A staged object other than a raw one that may be settled now, and its archived copy where that was read a moment ago. */
export interface StagedCopy {
  readonly staged: string;
  readonly verified?: ObjectRef;
}

/**
 * Deletes what is settled from staging: a raw delivery when its archived copy was opened and scrubbing has given its verdict, a clean
 * copy when its archived one was opened and inference, where it is installed, has settled with it, other objects when their archived
 * copy was opened. (The subject's wrapped secrets stand in the store before their first use.) A row is no copy: what the store lost may lie
 * staged again, so that the archived copy, if it was not read a moment ago, is looked at before.
 */
export async function settle(doors: ArchivalDoors, content: Content, copy?: StagedCopy): Promise<void> {
  const archived = await doors.tables
    .selectFrom('archival_objects')
    .select(['kind', 'name', 'digest', 'staged_name'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .execute();
  const stands = standing(doors, copy?.verified);
  const settled = archived.find(({ kind, staged_name: staged }) => kind !== 'raw' && staged === copy?.staged);
  if (settled && !(await isAwaited(doors, content, settled)) && (await stands(settled)))
    await doors.store.delete(settled.staged_name);
  const raw = archived.find((object) => object.kind === 'raw');
  if (!raw) return;
  const verdicts = await verdictsOn(doors, content, archived);
  if (verdicts.length === 0) return;
  for (const delivery of await settledBy(doors, content, verdicts)) {
    // The row's own delivery was settled, or is, on the word of the same verification; another one may have come because the copy is lost.
    if (delivery.staged_name !== raw.staged_name && !(await stands(raw))) continue;
    await settleDelivery(doors, delivery);
  }
}

type Archived = Pick<ObjectRow, 'name' | 'digest' | 'kind' | 'staged_name'>;

async function isAwaited(doors: ArchivalDoors, content: Content, object: Archived): Promise<boolean> {
  if (object.kind !== 'clean' || !doors.awaitsInference) return false;
  return !(await inferredCopies(doors.tables, content)).has(object.staged_name);
}

/** Whether the store has what a row describes; each is read once. */
function standing({ store }: ArchivalDoors, verified?: ObjectRef): (object: Archived) => Promise<boolean> {
  const read = new Map(verified && [[verified.name, Promise.resolve<ObjectRef | undefined>(verified)]]);
  return async ({ name, digest }) => {
    const found = read.get(name) ?? store.describe(name);
    read.set(name, found);
    return (await found)?.digest === digest;
  };
}

/** A verdict counts once what scrubbing staged with it (a clean copy, or what shows why it was held) is archived too. */
async function verdictsOn(
  doors: ArchivalDoors,
  content: Content,
  archived: readonly { staged_name: string }[],
): Promise<Verdict[]> {
  const outcomes = await doors.tables
    .selectFrom('archival_outcomes')
    .select(['verdict', 'staged_clean', 'staged_record', 'decision'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .execute();
  const names = new Set<string | null>(archived.map((object) => object.staged_name));
  return outcomes.filter(({ verdict, staged_clean: clean, staged_record: record }) =>
    verdict === 'quarantined' ? record === null || names.has(record) : names.has(clean),
  );
}

type Verdict = Pick<OutcomeRow, 'decision'>;

type Delivery = Pick<ReceivedRow, 'attempt' | 'staged_name'>;

/**
 * Unsettled deliveries that the verdicts settle: what a sender sent by any verdict (where profiles changed there are several); what was
 * staged again for a person's decision by the verdict on that decision alone.
 */
async function settledBy(
  doors: ArchivalDoors,
  content: Content,
  verdicts: readonly Verdict[],
): Promise<Delivery[]> {
  const deliveries = await doors.tables
    .selectFrom('archival_received')
    .select(['attempt', 'staged_name', 'decision'])
    .where('instance_key', '=', content.instanceKey)
    .where('content_key', '=', content.contentKey)
    .where('settled_at', 'is', null)
    .execute();
  const decided = new Set(verdicts.map((verdict) => verdict.decision));
  return deliveries.filter(({ decision }) => decision === null || decided.has(decision));
}

async function settleDelivery({ store, tables }: ArchivalDoors, delivery: Delivery): Promise<void> {
  await store.delete(delivery.staged_name);
  await tables
    .updateTable('archival_received')
    .set({ settled_at: Date.now() })
    .where('attempt', '=', delivery.attempt)
    .execute();
}
