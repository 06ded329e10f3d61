import type { Contract } from '../input/contract.js';
import type { FrameAnswer } from './answer-frame.js';
import { agreementOf } from './second-opinion.js';

export type TriageClass = 'urgent' | 'soon' | 'routine';

/** Why; a word for events and pages. */
export type TriageReason =
  | 'probability-urgent'
  | 'probability-soon'
  | 'long-axis'
  | 'nothing-found-where-a-lesion-was-expected'
  | 'second-opinion-disagrees'
  | 'second-opinion-missing'
  | 'blank-frame'
  | 'coloured-frame'
  | 'model-has-no-rule'
  | 'below-every-limit';

export interface Triage {
  readonly class: TriageClass;
  readonly reasons: readonly TriageReason[];
}

/**
 * Which study a person reads first. Urgent: the positive class is at least as probable as the model's rule says. Soon: the lower limit of
 * the rule, a long axis of its millimetres, or anything that the model cannot speak of: no lesion where its pictures always had one, a
 * second opinion that differs or is missing, a blank or coloured frame, no rule. Routine: none of these. It never hides a study: routine is read too.
 */
export function triageOf(frames: readonly FrameAnswer[], contract: Contract): Triage {
  const reasons = [...new Set(frames.flatMap((frame) => reasonsOf(frame, contract)))];
  if (reasons.includes('probability-urgent')) return { class: 'urgent', reasons };
  return reasons.length > 0
    ? { class: 'soon', reasons }
    : { class: 'routine', reasons: ['below-every-limit'] };
}

function reasonsOf(frame: FrameAnswer, contract: Contract): TriageReason[] {
  const { probabilities, lesions, spacing, unshown = 'blank' } = frame;
  const { triage, fits } = contract;
  if (!probabilities) return [`${unshown}-frame`];
  const reasons: TriageReason[] = [];
  const positive = probabilities[contract.classes.indexOf(contract.positiveClass)] ?? 0;
  if (!triage) reasons.push('model-has-no-rule');
  else if (positive >= triage.urgentFrom) reasons.push('probability-urgent');
  else if (positive >= triage.soonFrom) reasons.push('probability-soon');
  const largest = Math.max(0, ...lesions.map(({ long }) => long));
  if (spacing.unit === 'mm' && largest >= (triage?.soonFromMm ?? Infinity)) reasons.push('long-axis');
  if (lesions.length === 0 && fits.lesionInPicture === 'expected')
    reasons.push('nothing-found-where-a-lesion-was-expected');
  const agreement = agreementOf(frame);
  if (agreement && agreement !== 'agrees') reasons.push(`second-opinion-${agreement}`);
  return reasons;
}
