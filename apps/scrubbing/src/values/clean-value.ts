import { type ElementAction, type ElementView, vrOf } from '@sluice/dicom';
import { textValue } from './dummy-values.js';
import { privateVr } from './keep-value.js';
import { KNOWN_DATES } from './known-dates.table.js';
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
  if (!value || value.length > MOST_DATE_BYTES || KNOWN_DATES.has(tag)) return undefined;
  if (value.length === 0) return KEEP;
  const text = value.toString('latin1').replace(/[ \0]{0,16}$/, '');
  if (tag === TIMEZONE_OFFSET_FROM_UTC) return isTimeZone(text) ? KEEP : undefined;
  const dateVr = DATES.has(vr) ? vr : (vrOf(tag) ?? vr);
  if (!DATES.has(dateVr) || (vr !== dateVr && vr !== 'UN')) return undefined;
  const shifted = shiftDates(dateVr, text, dayOffset);
  if (shifted === text) return KEEP;
  return shifted === undefined ? undefined : { do: 'replace', value: textValue(shifted) };
}

/**
 * A private date that stays moves with the others: as it is, it would tell the offset. Where VR is UN, what is written like a whole date is one.
 * Undefined for what is no date.
 */
export function movePrivateDate(element: ElementView, dayOffset: number): ElementAction | undefined {
  const vr = privateVr(element);
  if (vr === 'DA' || vr === 'DT') return cleanValue(element, dayOffset);
  if (vr !== 'UN' || !/^\d{8}/.test(element.value?.toString('latin1', 0, 8) ?? '')) return undefined;
  return cleanValue({ ...element, vr: 'DA' }, dayOffset) ?? cleanValue({ ...element, vr: 'DT' }, dayOffset);
}
