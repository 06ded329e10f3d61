/**
 * Spans of text that identify by their form, whatever stands in them. Each is taken out before words are looked at, so that no part of
 * one passes for a clinical word or a small number. All are linear: no nested repetition.
 */
const PATTERNS: readonly RegExp[] = [
  /** Web and mail addresses. */
  /(?:https?|ftps?|file|urn|mailto):[^\s,;]{1,2000}/giu,
  /\bwww\.[^\s,;]{1,500}/giu,
  /[\p{L}\p{N}._%+-]{1,128}@[\p{L}\p{N}.-]{1,255}/gu,
  /** Dates: 12.03.65, 2024-01-31, 3/12/1965, 31 Jan 2024, January 3rd, 2024年1月31日; and times that follow. */
  /(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/gu,
  /(?<!\d)\d{1,3}[./-]\d{4}(?!\d)/gu,
  /\d{1,4}\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?[日号])?/gu,
  /\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?/gu,
  /(?:\d{1,2}(?:st|nd|rd|th|\.)?[ -]?)?\b(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)(?:uary|ruary|ch|z|il|e|y|i|ust|t|tember|ober|ember|uar|ruar)?\b\.?(?:[ -]?\d{1,4}(?:st|nd|rd|th)?)?(?:,? ?\d{2,4})?/giu,
  /\b\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\b)?/giu,
  /** Telephone numbers: two or more groups of digits with a sign of one before or between them. */
  /(?:\+|\b00|\()\d[\d ()/.-]{5,24}\d/gu,
  /(?:tel|phone|fon|fax|mobil|handy|cell|电话|手机|传真)\p{L}{0,6}[.:：]?\s{0,3}[\d +()/.-]{3,24}/giu,
  /** Record numbers after a word that announces one, with letters and digits as they come. */
  /(?:mrn|pid|pat|id|acc|accession|case|fall|record|akte|nr|no|num|number|nummer|ssn|nhs|dob|geb|born)\s{0,3}[.:#=：]{1,3}\s{0,3}[\p{L}\p{N}_/.-]{1,64}/giu,
  /(?:住院|门诊|病历|检查|病案|医保|社保|身份证|卡|床|编)(?:卡)?号?码?[.:#=：]?\s{0,3}[A-Za-z0-9_/.-]{1,64}/gu,
  /#\s{0,2}\d{1,20}/gu,
  /** Postal addresses: a number beside a word for a street, a postcode before a place. */
  /\b\d{1,5}[a-z]?[ ,]{1,2}[\p{L}.' -]{1,40}\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|way|blvd|boulevard|square|place)\b\.?/giu,
  /[\p{L}.-]{2,40}(?:stra(?:ß|ss)e|str\.|weg|gasse|allee|platz|ring|ufer|damm)\s{0,2}\d{1,4}\s?[a-z]?\b/giu,
  /[\p{Script=Han}]{2,12}(?:省|市|区|县|镇|乡|村|路|街|弄|号楼|小区)(?:\s?\d{1,5}\s?[号弄室栋幢]?)?/gu,
  /** Ages: how old is a characteristic, and above 89 a name. */
  /\d{1,3}\s?(?:-|–)?\s?(?:years?|yrs?|yo|y\/o|jahre?|jährig\p{L}{0,3}|j\.|岁|周岁|月龄|[yj]|months? old|weeks? old|days? old)(?!\p{L})(?:[ -]old)?/giu,
  /(?:(?<!\p{L})(?:age|aged|alter)|年龄|年齡)[ .:=：]{0,3}\d{1,3}/giu,
  /** Mr Long, Dr. Hand: whatever follows a title. MR, MS and DR alone are modalities and findings. */
  /(?<!\p{L})(?:Mr|Mrs|Ms|Miss|MISS|MRS|Dr|Prof|[mM][rRsS]\.|[dD][rR]\.|PROF)(?!\p{L})[.:]?(?:\s{1,3}[\p{L}\p{M}.'’-]{1,40}){0,2}/gu,
  /(?<!\p{L})(?:mister|doctor|professor|herrn?|frau|sir|madam|lady|named?|namens|physician|radiologist|referrer|referred by|reported by|performed by|signed by|dictated by|seen by|operator|sister|brother|mother|father|daughter|son|wife|husband)(?!\p{L})[.:]?(?:\s{1,3}[\p{L}\p{M}.'’-]{1,40}){0,2}/giu,
];

/** Chinese identity numbers, telephone numbers and insurance numbers in any text of digits; the fraction of a number is none. */
const CHINESE_NUMBERS =
  /(?<![\dXx]|\d\.|(?:^|[\\+-])\.)(?:\d{17}[\dXx]|1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{15})(?![\dXx])/gu;
/** Groups of digits that are written apart. */
const SEPARATOR = /(?<=\d)[ -](?=[\dXx])/g;

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';

/** The text with every span of a pattern as a bar: no word goes on across it. */
export function withoutPatterns(text: string): string {
  return PATTERNS.reduce((rest, pattern) => rest.replace(pattern, ' | '), text);
}

/** Where patterns stand in a text. */
export function patternSpans(text: string): readonly { readonly start: number; readonly end: number }[] {
  return PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: span }) => ({
      start: index,
      end: index + span.trimEnd().length,
    })),
  );
}

/** True for an 18-digit resident identity number whose check digit holds (GB 11643-1999, ISO 7064 MOD 11-2). */
export function isChineseId(number: string): boolean {
  if (!/^\d{17}[\dXx]$/.test(number)) return false;
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
  return ID_CHECKS[sum % 11] === number[17]?.toUpperCase();
}

/** True where digits can be a Chinese identity (18 with a check digit, 15), mobile, telephone or medical-insurance number. */
export function hasChineseNumber(text: string): boolean {
  for (const [number] of text.replace(SEPARATOR, '').matchAll(CHINESE_NUMBERS))
    if (number.length !== 18 || isChineseId(number)) return true;
  return false;
}
