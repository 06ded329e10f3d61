const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** German ones that begin otherwise. */
const MORE_MONTHS: Readonly<Record<string, number>> = { mrz: 3, mär: 3, mai: 5, okt: 10, dez: 12 };
const MONTH = [...MONTHS, ...Object.keys(MORE_MONTHS)].join('|');

/** 20241231, also with a time behind it. */
const COMPACT = /(?<!\d)(\d{4})(\d{2})(\d{2})(?:(?!\d)|(?=\d{2,6}(?:\.\d+|[+-]\d{4})?(?!\d)))/g;
const YEAR_FIRST = /(?<!\d)(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)/g;
const YEAR_LAST = /(?<!\d)(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})(?!\d)/g;
const DAY_NAMED = new RegExp(
  `(?<!\\d)(\\d{1,2})(?:st|nd|rd|th|\\.)?[ -]?(${MONTH})[a-z]{0,6}[.,]?[ -]?(\\d{4}|\\d{2})(?!\\d)`,
  'g',
);
const MONTH_NAMED = new RegExp(
  `(${MONTH})[a-z]{0,6}\\.?[ -]?(\\d{1,2})(?:st|nd|rd|th)?,?[ -]?(\\d{4})(?!\\d)`,
  'g',
);

/** Every date that a text may tell, as YYYYMMDD, in the forms of DA and DT and as people and programs print them; both orders of day and month. */
export function* datesIn(text: string): Generator<string> {
  if (!/\d/.test(text)) return;
  const lower = text.toLowerCase();
  for (const [, year, month, day] of lower.matchAll(COMPACT)) yield `${year}${month}${day}`;
  for (const [, year, month, day] of lower.matchAll(YEAR_FIRST)) yield dateOf(year, month, day);
  for (const [, one, other, year] of lower.matchAll(YEAR_LAST)) {
    for (const full of yearsOf(year)) {
      yield dateOf(full, other, one);
      yield dateOf(full, one, other);
    }
  }
  for (const [, day, month, year] of lower.matchAll(DAY_NAMED))
    for (const full of yearsOf(year)) yield dateOf(full, monthOf(month), day);
  for (const [, month, day, year] of lower.matchAll(MONTH_NAMED)) yield dateOf(year, monthOf(month), day);
}

function yearsOf(year = ''): readonly string[] {
  return year.length === 4 ? [year] : [`19${year}`, `20${year}`];
}

function monthOf(name = ''): string {
  return String(MORE_MONTHS[name] ?? MONTHS.indexOf(name) + 1);
}

function dateOf(year = '', month = '', day = ''): string {
  return `${year}${month.padStart(2, '0')}${day.padStart(2, '0')}`;
}

/** The date of a DA or DT value as YYYYMMDD; undefined for what has no whole date (PS3.5 6.2). */
export function dateOfValue(value: string): string | undefined {
  const [, year, month, day] = /^\s*(\d{4})\.?(\d{2})\.?(\d{2})/.exec(value) ?? [];
  return year && `${year}${month}${day}`;
}

/** A date moved by whole days; undefined where it is none. */
export function movedDate(date: string, days: number): string | undefined {
  const at = Date.UTC(
    Number(date.slice(0, 4)),
    Number(date.slice(4, 6)) - 1,
    Number(date.slice(6, 8)) + days,
  );
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}
