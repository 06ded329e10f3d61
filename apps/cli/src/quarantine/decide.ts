import { randomBytes } from 'node:crypto';
import type { Audit } from '@sluice/audit';
import { type EventData, objectNames, RELEASABLE, SluiceError } from '@sluice/contracts';
import type { ObjectRow } from '@sluice/archival/rows/tables';
import type { Doors } from '../doors.js';
import { archivedPart, type FoundQuarantined } from './find-quarantined.js';
import { inOnePiece } from '../in-one-piece.js';

type Decided = EventData<'instance.decided.v1'>;

/** What a person decides, who it is, and why. */
export interface Verdict extends Pick<Decided, 'decided' | 'by' | 'rectangles'> {
  readonly reason: string;
}

/**
 * Tells archival what a person decided. It is recorded in the audit trail first, then why (free text, so sealed under the subject's
 * secret), then it is said. Returns the decision's id.
 * @throws SluiceError CLI_QUARANTINE_DECIDED, CLI_QUARANTINE_NOT_RELEASABLE, CLI_QUARANTINE_NOT_ARCHIVED, AUDIT_NOT_RECORDED,
 * CRYPTO_SECRET_MISSING where the subject was erased
 */
export async function decide(doors: Doors, found: FoundQuarantined, verdict: Verdict): Promise<string> {
  const { held, decision: before } = found;
  if (before) throw new SluiceError('CLI_QUARANTINE_DECIDED', { detail: before.decided });
  if (verdict.decided === 'released' && !RELEASABLE.has(held.code ?? ''))
    throw new SluiceError('CLI_QUARANTINE_NOT_RELEASABLE', { detail: held.code ?? '' });
  const raw = archivedPart(found, 'raw');
  const [store, keys, audit, bus] = await Promise.all([
    doors.store(),
    doors.keys(),
    doors.audit(),
    doors.bus(),
  ]);
  const decision = randomBytes(16).toString('hex');
  const at = new Date().toISOString();
  const name = objectNames.decision({ tenant: raw.tenant, instanceKey: raw.instance_key }, decision);
  const sealer = await keys.subject(raw.tenant, raw.subject_key).archiveMore(name, raw.content_key);
  await recordAsked(audit, found.held, { ...idsOf(raw), decision, ...verdict });
  const why = { schema: 'quarantine.decision.v1', decision, code: held.code, at, ...verdict };
  const { ref: record } = await store.put(name, sealer.seal(inOnePiece(Buffer.from(JSON.stringify(why)))));
  const { decided, by, rectangles } = verdict;
  const data = { ...idsOf(raw), decision, outcome: held.outcome, decided, by, at, rectangles, record };
  await bus.publish([
    { type: 'instance.decided.v1', id: `decided-${decision}`, source: 'cli', time: at, data },
  ]);
  return decision;
}

/** Nothing of the reason: it is free text. */
async function recordAsked(
  audit: Audit,
  { outcome }: FoundQuarantined['held'],
  asked: Pick<Decided, 'tenant' | 'instanceKey' | 'contentKey' | 'decision' | 'decided' | 'by'>,
): Promise<void> {
  const { tenant, instanceKey, contentKey, decision, decided, by } = asked;
  await audit.record({
    tenant,
    actor: { kind: 'person', name: by },
    action: 'quarantine',
    subject: { instanceKey, contentKey, outcome, decision, step: `${decided}: asked for` },
    outcome: 'success',
  });
}

function idsOf(row: ObjectRow) {
  return {
    tenant: row.tenant,
    subjectKey: row.subject_key,
    studyKey: row.study_key,
    seriesKey: row.series_key,
    instanceKey: row.instance_key,
    contentKey: row.content_key,
  };
}
