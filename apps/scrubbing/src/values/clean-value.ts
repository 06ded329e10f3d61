import { type ElementAction, type ElementView, vrOf } from '@sluice/dicom';
import { textValue } from './dummy-values.js';
import { isTimeZone, shiftDates } from './shift-dates.js';

const KEEP: ElementAction = { do: 'keep' };
const DATES = new Set(['DA', 'DT', 'TM']);
const TIMEZONE_OFFSET_FROM_UTC = 0x00080201;
/** A value of dates longer than this is none. */
const MOST_DATE_BYTES = 64 * 1024;

/**
 * Action C of Table E.1-1: dates move, a sequence keeps its items, each judged by its own rules. Undefined for a value that cannot be
 * cleaned.
 */
export function cleanValue(element: ElementView, dayOffset: number): ElementAction | undefined {
  const { tag, vr, value } = element;
  if (vr === 'SQ') return KEEP;
  if (!value || value.length > MOST_DATE_BYTES) return undefined;
  if (value.length === 0) return KEEP;
  const text = value.toString('latin1').replace(/[ \0]{0,16}$/, '');
  if (tag === TIMEZONE_OFFSET_FROM_UTC) return isTimeZone(text) ? KEEP : undefined;
  const dateVr = DATES.has(vr) ? vr : (vrOf(tag) ?? vr);
  if (!DATES.has(dateVr) || (vr !== dateVr && vr !== 'UN')) return undefined;
  const shifted = shiftDates(dateVr, text, dayOffset);
  if (shifted === text) return KEEP;
  return shifted === undefined ? undefined : { do: 'replace', value: textValue(shifted) };
}
