import { isSluiceError } from '@sluice/contracts';

/** A file that could not be judged: why, by code. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly code: string;
  readonly detail?: string;
}

/** What an error says of one file, so that the run goes on. A bug, and what ends a run (OUT that cannot be written), is thrown again. */
export function refusalOf(error: unknown): Refusal {
  if (!isSluiceError(error) || error.kind === 'fatal') throw error;
  return { outcome: 'refused', code: error.code, ...(error.detail && { detail: error.detail }) };
}
