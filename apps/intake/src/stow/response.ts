import { failureReason, type PartOutcome } from './store-instances.js';

const FAILURE_REASON = '00081197';
const ERROR_COMMENT = '00000902';

/** Store Instances Response (PS3.18 10.5.3 and Table I.2-1): HTTP status and DICOM JSON body. */
export function storeResponse(outcomes: readonly PartOutcome[]): { status: number; body: object } {
  const stored = outcomes.filter((outcome) => !outcome.error);
  const failed = outcomes.filter((outcome) => outcome.error);
  const named = failed.filter(isNamed);
  const nameless = failed.filter((outcome) => !isNamed(outcome));
  return {
    status: statusOf(stored.length, failed),
    body: {
      // Retrieve URL, type 2: nothing can be retrieved here.
      '00081190': { vr: 'UR' },
      ...sequence('00081198', named.map(failedItem)),
      ...sequence('00081199', stored.map(referenceItem)),
      ...sequence('0008119A', nameless.map(failureItem)),
    },
  };
}

/** 503 only when nothing was stored and waiting may help: the sender repeats the whole request. */
function statusOf(stored: number, failed: readonly PartOutcome[]): number {
  if (failed.length === 0) return stored > 0 ? 200 : 400;
  if (stored > 0) return 202;
  if (failed.every(({ error }) => error?.kind === 'transient')) return 503;
  return failed.every(({ error }) => error?.code === 'INTAKE_MEDIA_TYPE_REFUSED') ? 415 : 409;
}

function isNamed(outcome: PartOutcome): boolean {
  return outcome.sopClassUID !== '' && outcome.sopInstanceUID !== '';
}

function sequence(tag: string, items: readonly object[]): object {
  return items.length === 0 ? {} : { [tag]: { vr: 'SQ', Value: items } };
}

function referenceItem(outcome: PartOutcome): object {
  return {
    '00081150': { vr: 'UI', Value: [outcome.sopClassUID] },
    '00081155': { vr: 'UI', Value: [outcome.sopInstanceUID] },
  };
}

function failedItem(outcome: PartOutcome): object {
  return { ...referenceItem(outcome), ...failureItem(outcome) };
}

function failureItem({ error }: PartOutcome): object {
  if (!error) return {};
  return {
    [FAILURE_REASON]: { vr: 'US', Value: [failureReason(error)] },
    [ERROR_COMMENT]: { vr: 'LO', Value: [error.code] },
  };
}
