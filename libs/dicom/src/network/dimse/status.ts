import { ERRORS, type ErrorKind, toSluiceError } from '@sluice/contracts';

/** Statuses that we send (PS3.7 Annex C, PS3.4 B.2.3). */
export const STATUS = {
  success: 0x0000,
  processingFailure: 0x0110,
  invalidInstance: 0x0117,
  classNotSupported: 0x0122,
  unrecognizedOperation: 0x0211,
  outOfResources: 0xa700,
  cannotUnderstand: 0xc000,
} as const;

/** The answer to one request; `code` goes into Error Comment (0000,0902) and holds nothing identifying. */
export interface Answer {
  readonly status: number;
  readonly code?: string;
}

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number | undefined>> = {
  transient: STATUS.outOfResources,
  permanent: STATUS.cannotUnderstand,
  unexpected: STATUS.processingFailure,
  fatal: undefined,
};

/** What a thrown error becomes; undefined: the association is aborted (house.md "Errors"). */
export function answerToError(thrown: unknown): Answer | undefined {
  const error = toSluiceError(thrown);
  const byKind = STATUS_OF_KIND[error.kind];
  return byKind === undefined ? undefined : { status: ERRORS[error.code].dimse ?? byKind, code: error.code };
}
