import { ERRORS, type ErrorCode } from './errors/catalogue.js';
import { SluiceError, toSluiceError } from './sluice-error.js';

/** One row of a check-up of a door; nothing identifying in it. */
export interface Finding {
  /** What was tried, such as `conditional put`. */
  readonly check: string;
  /** `note`: nothing is broken, but an operator should know. */
  readonly state: 'ok' | 'note' | 'bad';
  readonly found: string;
  /** What to do about it; none where all is well. */
  readonly fix?: string;
}

/** What a check found: a text alone means that all is well. */
export type Found = string | Omit<Finding, 'check'>;

/** An ability that was tried and is not there; the row's own fix is what helps. */
const OF_THE_ROW: readonly ErrorCode[] = ['STORE_ABILITY_MISSING', 'CRYPTO_ABILITY_MISSING'];

/**
 * Runs one check as a row: what it throws is a bad one, with `fix` where the ability itself is missing, else with the hint of the
 * error's code.
 */
export async function examine(check: string, fix: string, work: () => Promise<Found>): Promise<Finding> {
  try {
    const found = await work();
    return { check, ...(typeof found === 'string' ? { state: 'ok', found } : found) };
  } catch (thrown) {
    const { code, detail } = toSluiceError(thrown);
    const found = OF_THE_ROW.includes(code) ? (detail ?? code) : [code, detail].filter(Boolean).join(': ');
    return { check, state: 'bad', found, fix: OF_THE_ROW.includes(code) ? fix : ERRORS[code].hint };
  }
}

/** Throws that what was tried did not do what it must. @throws SluiceError `code` */
export function lacking(code: 'STORE_ABILITY_MISSING' | 'CRYPTO_ABILITY_MISSING', detail: string): never {
  throw new SluiceError(code, { detail });
}
