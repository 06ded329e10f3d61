/** The word that stands for removed text; valid for SH, LO, LT, ST, UC, UT and PN. */
export const REMOVED_TEXT = 'DEIDENTIFIED';

/** D of Table E.1-1: one fixed value per VR, valid for it and the same for everybody (PS3.15 E.3.1). */
const TEXT_DUMMIES: Readonly<Record<string, string>> = {
  AE: 'DEIDENTIFIED',
  AS: '000D',
  CS: 'UNKNOWN',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: REMOVED_TEXT,
  LT: REMOVED_TEXT,
  PN: REMOVED_TEXT,
  SH: REMOVED_TEXT,
  ST: REMOVED_TEXT,
  TM: '000000',
  UC: REMOVED_TEXT,
  UR: 'urn:sluice:deidentified',
  UT: REMOVED_TEXT,
};

const ZERO_BYTES: Readonly<Record<string, number>> = {
  AT: 4,
  FD: 8,
  FL: 4,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  SL: 4,
  SV: 8,
  UL: 4,
  UV: 8,
};

/** The dummy of a VR, encoded: text, or zeros of the VR's width. */
export function dummyOf(vr: string): Buffer {
  const text = TEXT_DUMMIES[vr];
  return text === undefined ? Buffer.alloc(ZERO_BYTES[vr] ?? 2) : textValue(text);
}

/** ASCII text padded with a space to even length (PS3.5 6.2). */
export function textValue(text: string): Buffer {
  return Buffer.from(text.length % 2 ? `${text} ` : text, 'latin1');
}

/** UIDs joined by backslash, padded with NUL to even length. */
export function uidValue(uids: readonly string[]): Buffer {
  const text = uids.join('\\');
  return Buffer.from(text.length % 2 ? `${text}\0` : text, 'latin1');
}

/** The values of an element as single bytes each character, split at backslashes, without padding. */
export function valuesOf(value: Buffer): string[] {
  return value.length === 0 ? [] : value.toString('latin1').split('\\').map(trimmed);
}

/** Without spaces around it and NULs behind; a regular expression would take quadratic time. */
function trimmed(part: string): string {
  let start = 0;
  let end = part.length;
  while (end > start && (part[end - 1] === ' ' || part[end - 1] === '\0')) end -= 1;
  while (start < end && part[start] === ' ') start += 1;
  return part.slice(start, end);
}
