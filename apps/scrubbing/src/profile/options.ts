import type { OPTION_COLUMNS } from './basic-profile.table.js';

/** An option of PS3.15 E.3: a column of Table E.1-1, or the flag that pixels are cleaned (which has none). */
export type Option = (typeof OPTION_COLUMNS)[number] | 'clean-pixel-data';

/** Code and meaning of each option in De-identification Method Code Sequence (PS3.16 CID 7050). */
export const OPTION_CODES: Readonly<Record<Option, readonly [code: string, meaning: string]>> = {
  'clean-pixel-data': ['113101', 'Clean Pixel Data Option'],
  'clean-graphics': ['113103', 'Clean Graphics Option'],
  'clean-structured-content': ['113104', 'Clean Structured Content Option'],
  'clean-descriptors': ['113105', 'Clean Descriptors Option'],
  'retain-longitudinal-full-dates': ['113106', 'Retain Longitudinal Temporal Information Full Dates Option'],
  'retain-longitudinal-modified-dates': [
    '113107',
    'Retain Longitudinal Temporal Information Modified Dates Option',
  ],
  'retain-patient-characteristics': ['113108', 'Retain Patient Characteristics Option'],
  'retain-device-identity': ['113109', 'Retain Device Identity Option'],
  'retain-uids': ['113110', 'Retain UIDs Option'],
  'retain-safe-private': ['113111', 'Retain Safe Private Option'],
  'retain-institution-identity': ['113112', 'Retain Institution Identity Option'],
};

/** Every option, in the order of their codes. */
export const OPTIONS = Object.keys(OPTION_CODES) as readonly Option[];

/** Options that say opposite things of the same values: a profile has at most one of them (PS3.15 E.3.6). */
export const EXCLUSIVE: readonly (readonly [Option, Option])[] = [
  ['retain-longitudinal-full-dates', 'retain-longitudinal-modified-dates'],
];

/**
 * The one rule for conflicts, from strong to weak:
 *   1. an override of the profile file;
 *   2. C (clean) of any option that is on;
 *   3. K (keep) of any option that is on;
 *   4. the basic code. It also decides where a value cannot be kept as it is (another VR than the attribute's) or not be cleaned.
 * So the day of a calibration, which others know, goes where dates are modified, though the device is retained (known-dates.table.ts); and what
 * two options would keep is kept. `said` is one character per column of a table (K, C or -), `columns` are those of the options that are on.
 */
export function optionIn(said: string, columns: readonly number[]): 'C' | 'K' | undefined {
  const codes = columns.map((column) => said[column]);
  if (codes.includes('C')) return 'C';
  return codes.includes('K') ? 'K' : undefined;
}
