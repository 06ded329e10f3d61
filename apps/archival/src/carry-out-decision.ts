import type { Audit } from '@sluice/audit';
import { type EventData, objectNames, RELEASABLE, SluiceError } from '@sluice/contracts';
import type { NextEvent } from '@sluice/service';
import type { ArchivalDoors } from './doors.js';
import { openArchived } from './open-archived.js';
import { decisionOn, noteDecision } from './rows/note-decision.js';

type Decided = EventData<'instance.decided.v1'>;
type Received = NextEvent<'instance.received.v1'>;
type Content = Pick<Decided, 'instanceKey' | 'contentKey'>;

const CAME_FIRST = 'another decision came first';

/**
 * Carries out what a person decided about a quarantined outcome; recorded before anything happens. A rejected instance stays archived as
 * it came, and that is all. A released one is staged again, sealed, from its archived original, and announced with the decision:
 * scrubbing decides anew. A second run announces the first one's delivery; another decision on the same outcome is refused.
 * @throws SluiceError ARCHIVAL_DECISION_REFUSED, ARCHIVAL_NOT_ARCHIVED_YET, AUDIT_NOT_RECORDED, CRYPTO_SECRET_MISSING where the subject was erased
 */
export async function carryOutDecision(
  doors: ArchivalDoors,
  audit: Pick<Audit, 'record'>,
  decided: Decided,
): Promise<Received[]> {
  await refuseUnfounded(doors, decided);
  const standing = await decisionOn(doors.tables, decided);
  if (standing !== undefined && standing !== decided.decision) throw refused(CAME_FIRST);
  await audit.record({
    id: `carried-out-${decided.decision}`,
    tenant: decided.tenant,
    actor: { kind: 'person', name: decided.by },
    action: 'quarantine',
    subject: {
      instanceKey: decided.instanceKey,
      contentKey: decided.contentKey,
      outcome: decided.outcome,
      decision: decided.decision,
      step: `${decided.decided}: carried out`,
    },
    outcome: 'success',
  });
  if ((await noteDecision(doors.tables, decided)) !== decided.decision) throw refused(CAME_FIRST);
  return decided.decided === 'released' ? [await stageAgain(doors, decided)] : [];
}

/** Whoever may write on the corridor may not release what no person can judge. */
async function refuseUnfounded(doors: ArchivalDoors, decided: Decided): Promise<void> {
  const held = await doors.tables
    .selectFrom('archival_outcomes')
    .select(['verdict', 'code'])
    .where('instance_key', '=', decided.instanceKey)
    .where('content_key', '=', decided.contentKey)
    .where('outcome', '=', decided.outcome)
    .executeTakeFirst();
  if (held?.verdict !== 'quarantined') throw refused('nothing is held under this outcome');
  if (decided.decided === 'released' && !RELEASABLE.has(held.code ?? ''))
    throw refused('its code can only be rejected');
}

/** The decision's id is the delivery: looked for first, as what is settled has left staging. */
async function stageAgain(doors: ArchivalDoors, decided: Decided): Promise<Received> {
  const before = await deliveryOf(doors, decided, decided.decision);
  if (before) return { ...before, source: 'archival' };
  const first = await deliveryOf(doors, decided);
  const plain = await openRaw(doors, decided);
  if (!first || !plain) throw new SluiceError('ARCHIVAL_NOT_ARCHIVED_YET');
  const sealed = doors.keys.staging(decided.tenant, 'staging-raw').seal(plain);
  const { ref } = await doors.store.put(objectNames.stagedRaw(decided, decided.decision), sealed);
  return {
    type: 'instance.received.v1',
    id: `released-${decided.decision}`,
    source: 'archival',
    // The instance goes on in its own trace, not in that of the person's command.
    ...(first.traceparent && { traceparent: first.traceparent }),
    data: {
      ...first.data,
      attempt: decided.decision,
      object: ref,
      release: { id: decided.decision, rectangles: decided.rectangles },
    },
  };
}

/** The event of one delivery of a content, or of the first one. */
async function deliveryOf(
  { tables }: ArchivalDoors,
  { instanceKey, contentKey }: Content,
  attempt?: string,
): Promise<Received | undefined> {
  const all = tables
    .selectFrom('archival_received')
    .select('event')
    .where('instance_key', '=', instanceKey)
    .where('content_key', '=', contentKey)
    .orderBy('received_at')
    .limit(1);
  const row = await (attempt === undefined ? all : all.where('attempt', '=', attempt)).executeTakeFirst();
  return row && (JSON.parse(row.event) as Received);
}

async function openRaw(
  doors: ArchivalDoors,
  { tenant, subjectKey, instanceKey, contentKey }: Decided,
): Promise<AsyncIterable<Buffer> | undefined> {
  const row = await doors.tables
    .selectFrom('archival_objects')
    .select(['name', 'digest', 'size_bytes as sizeBytes'])
    .where('instance_key', '=', instanceKey)
    .where('content_key', '=', contentKey)
    .where('kind', '=', 'raw')
    .executeTakeFirst();
  return row && openArchived(doors, { tenant, subjectKey, contentKey, archived: row });
}

function refused(detail: string): SluiceError {
  return new SluiceError('ARCHIVAL_DECISION_REFUSED', { detail });
}
