import type { SluiceError } from '@sluice/contracts';
import { failureReason, type PartOutcome } from './store-instances.js';

/** Store Instances Response (PS3.18 10.5.3 and Table 10.5.3-1): HTTP status and DICOM JSON body. */
export function storeResponse(outcomes: readonly PartOutcome[]): { status: number; body: object } {
  const stored = outcomes.filter((outcome) => !outcome.error);
  const failed = outcomes.filter((outcome) => outcome.error);
  return {
    status: statusOf(stored.length, failed),
    body: {
      ...(failed.length > 0 && { '00081198': { vr: 'SQ', Value: failed.map(failedItem) } }),
      ...(stored.length > 0 && { '00081199': { vr: 'SQ', Value: stored.map(referenceItem) } }),
    },
  };
}

/** 503 only when nothing was stored and waiting may help: the sender repeats the whole request. */
function statusOf(stored: number, failed: readonly PartOutcome[]): number {
  if (failed.length === 0) return stored > 0 ? 200 : 400;
  if (stored > 0) return 202;
  return failed.every(({ error }) => error?.kind === 'transient') ? 503 : 409;
}

function referenceItem(outcome: PartOutcome): object {
  return {
    '00081150': { vr: 'UI', Value: [outcome.sopClassUID].filter(Boolean) },
    '00081155': { vr: 'UI', Value: [outcome.sopInstanceUID].filter(Boolean) },
  };
}

function failedItem(outcome: PartOutcome): object {
  const error = outcome.error as SluiceError;
  return {
    ...referenceItem(outcome),
    '00081197': { vr: 'US', Value: [failureReason(error)] },
    '00000902': { vr: 'LO', Value: [error.code] },
  };
}
