/**
 * Dates of one person move by a hidden number of whole days (PS3.15 E.3.6, Retain Longitudinal Temporal Information Modified Dates).
 * Times of day and time zones stay as they are, so that every interval is kept to the fraction of a second, across DA, TM and DT.
 */

const DATE = /^(\d{4})(?:(\d{2})(\d{2})|\.(\d{2})\.(\d{2}))$/;
const DATE_TIME = /^(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,6})?)?)?)?([+-]\d{4})?$/;
const TIME = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.\d{1,6})?)?)?$/;
const ZONE = /^([+-])(\d{2})(\d{2})$/;

const DAY_MS = 86_400_000;
/** Before and after, no image was made: a date there is somebody's placeholder. */
const FIRST_YEAR = 1902;
const LAST_YEAR = 2099;
/** Placeholders that clocks and programs write. Moved, a known date would tell the offset. */
const PLACEHOLDERS = new Set([
  ...['19040101', '19691231', '19700101', '19800101', '19900101', '19991231', '20000101', '20380119'],
]);
/** A value with more dates than this is none. */
const MOST_VALUES = 4096;

/** The values of a DA, DT or TM attribute, moved by `days`; undefined where one of them is not a date of an image. */
export function shiftDates(vr: string, text: string, days: number): string | undefined {
  const values = text.split('\\', MOST_VALUES + 1);
  if (values.length > MOST_VALUES) return undefined;
  const shifted = values.map((value) => shiftValue(vr, value.trim(), days));
  return shifted.includes(undefined) ? undefined : shifted.join('\\');
}

/** True for a Timezone Offset From UTC: -1200 to +1400 (PS3.3 C.12.1.1.8). */
export function isTimeZone(zone: string): boolean {
  const [, sign, hours, minutes] = ZONE.exec(zone) ?? [];
  if (hours === undefined || Number(minutes) > 59) return false;
  return Number(hours) * 60 + Number(minutes) <= (sign === '-' ? 12 * 60 : 14 * 60);
}

function shiftValue(vr: string, value: string, days: number): string | undefined {
  if (value === '') return '';
  const whole = shiftOne(vr, value, days);
  return whole ?? shiftRange(vr, value, days);
}

/** `from-`, `-to` and `from-to` (PS3.4 C.2.2.2.5): a zone also has a sign, so every hyphen is tried. */
function shiftRange(vr: string, value: string, days: number): string | undefined {
  for (let at = value.indexOf('-'); at >= 0; at = value.indexOf('-', at + 1)) {
    const ends = [value.slice(0, at), value.slice(at + 1)];
    if (ends.every((end) => end === '')) return undefined;
    const shifted = ends.map((end) => (end === '' ? '' : shiftOne(vr, end, days)));
    if (!shifted.includes(undefined)) return shifted.join('-');
  }
  return undefined;
}

function shiftOne(vr: string, value: string, days: number): string | undefined {
  switch (vr) {
    case 'DA':
      return shiftDate(value, days);
    case 'DT':
      return shiftDateTime(value, days);
    case 'TM':
      return isTime(TIME.exec(value) ?? undefined) ? value : undefined;
    default:
      return undefined;
  }
}

function shiftDate(value: string, days: number): string | undefined {
  const [, year, month, day, oldMonth, oldDay] = DATE.exec(value) ?? [];
  return year && moved([year, month ?? oldMonth, day ?? oldDay], days);
}

/** A date and time that is known to the month or year only moves from its first day and stays as coarse. */
function shiftDateTime(value: string, days: number): string | undefined {
  const match = DATE_TIME.exec(value);
  if (!match) return undefined;
  const [, year = '', month, day, hour, minute, second, zone] = match;
  if (hour !== undefined && (day === undefined || !isTime([value, hour, minute, second]))) return undefined;
  if (zone !== undefined && !isTimeZone(zone)) return undefined;
  const known = [year, month, day].filter((part) => part !== undefined).join('').length;
  const date = moved([year, month ?? '01', day ?? '01'], days);
  return date && date.slice(0, known) + value.slice(known);
}

function moved(parts: readonly (string | undefined)[], days: number): string | undefined {
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  if (year < FIRST_YEAR || year > LAST_YEAR || PLACEHOLDERS.has(parts.join(''))) return undefined;
  const at = Date.UTC(year, month - 1, day);
  const date = new Date(at);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return new Date(at + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Seconds go to 60: leap seconds (PS3.5 6.2). */
function isTime(match: readonly (string | undefined)[] | undefined): boolean {
  if (!match) return false;
  const [, hour = '0', minute = '0', second = '0'] = match;
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
}
