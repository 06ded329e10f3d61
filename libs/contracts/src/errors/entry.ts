/** What the consume loop, the DIMSE edge and the HTTP edge do with an error; see house.md "Errors". */
export type ErrorKind = 'transient' | 'permanent' | 'fatal' | 'unexpected';

/** One row of the catalogue. `dimse` (PS3.7 Annex C, PS3.4 B.2.3) and `http` override the kind's default answer. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** What an operator should do, one sentence. */
  readonly hint: string;
  readonly dimse?: number;
  readonly http?: number;
}

/** Keeps the literal keys of a room's table and checks its rows. */
export function defineErrors<T extends Record<string, ErrorEntry>>(table: T): T {
  return table;
}
