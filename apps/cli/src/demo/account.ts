import type { Pushed } from '../push-instances.js';
import { isSettled, type Archived } from './await-archived.js';
import type { Offered } from './offered.js';

/** What became of one offered file; every one is in exactly one class, with its reason. */
export interface Accounted {
  readonly file: string;
  readonly outcome: 'clean' | 'quarantined' | 'conflict' | 'duplicate' | 'refused' | 'unsendable' | 'missing';
  readonly reason?: string;
}

/** One pushed instance and its content, `instanceKey/contentKey`, where it could be read. */
export interface Sent extends Pushed<Offered> {
  readonly content: string | undefined;
}

/** Classes of what was pushed, in order: the first delivery of a content is itself, later ones are duplicates. */
export function account(sent: readonly Sent[], archived: Archived): Accounted[] {
  const seen = new Set<string>();
  return sent.map((push) => {
    const file = push.instance.label;
    if (push.outcome !== 'stored') return { file, outcome: push.outcome, reason: reasonOf(push) };
    const content = push.content ?? '';
    if (!isSettled(archived, content))
      return { file, outcome: 'missing', reason: 'accepted, but not archived in time' };
    if (seen.has(content)) return { file, outcome: 'duplicate' };
    seen.add(content);
    return { file, ...verdictOf(archived.verdicts.get(content)!) };
  });
}

const CONFLICTS: ReadonlySet<string> = new Set(['SCRUBBING_CONFLICT', 'SCRUBBING_SUBJECT_CONFLICT']);

function verdictOf(verdict: string): Pick<Accounted, 'outcome' | 'reason'> {
  if (verdict === 'clean') return { outcome: 'clean' };
  return { outcome: CONFLICTS.has(verdict) ? 'conflict' : 'quarantined', reason: verdict };
}

function reasonOf(push: Pushed<Offered>): string {
  const status =
    push.status === undefined ? '' : `${push.status.toString(16).padStart(4, '0').toUpperCase()}H `;
  return `${status}${push.code ?? ''}`.trim();
}

/** How many of each class. */
export function tally(rows: readonly Accounted[]): Record<Accounted['outcome'], number> {
  const counts = {
    clean: 0,
    quarantined: 0,
    conflict: 0,
    duplicate: 0,
    refused: 0,
    unsendable: 0,
    missing: 0,
  };
  for (const { outcome } of rows) counts[outcome] += 1;
  return counts;
}
