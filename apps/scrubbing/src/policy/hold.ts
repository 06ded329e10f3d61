/** Codes of verdicts that a profile's policy gives, whatever the pixels show. */
const HOLD_CODES = [
  'SCRUBBING_DIRECTORY',
  'SCRUBBING_DOCUMENT_DROPPED',
  'SCRUBBING_DOCUMENT_HELD',
  'SCRUBBING_FACE_HELD',
] as const;
export type HoldCode = (typeof HOLD_CODES)[number];

/** Why an object is not released, in words that hold nothing of it. */
export interface Hold {
  readonly code: HoldCode;
  readonly detail: string;
}

/** True for a code of a hold. */
export function isHoldCode(code: string): code is HoldCode {
  return HOLD_CODES.some((one) => one === code);
}
