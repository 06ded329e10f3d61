import { type ElementAction, type ElementView, vrOf } from '@sluice/dicom';
import { safePrivateVrs } from '../profile/safe-private.js';
import { cappedAge } from './ages.js';
import { isTimeZone, shiftDates } from './shift-dates.js';
import { textValue } from './dummy-values.js';
import { isImageBulk, isNumberOf, kindOf, type ValueKind } from './value-kinds.js';

const TIMEZONE_OFFSET_FROM_UTC = 0x00080201;
const KEEP: ElementAction = { do: 'keep' };
/** Text that stays as it is may be this long; what swallowed its neighbours is longer, or has control characters. */
const MOST_TEXT_BYTES = 64 * 1024;
const CONTROL = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/;
const PADDED_UIDS = /^[0-9.\\]*\0?$/;
/** Values of a closed form (PS3.5 6.2). */
const FORMS: Readonly<Record<string, RegExp>> = {
  AS: /^(?:\d{3}[DWMY])?(?:\\\d{3}[DWMY])*[ \0]*$/,
  DS: /^[\d+\-.eE \\]*\0?$/,
  IS: /^[\d+\- \\]*\0?$/,
};
const DATES = new Set(['DA', 'DT', 'TM']);

/**
 * An element that its rule keeps: undefined where it is not what its attribute says (PS3.5 6.2, PS3.6), so that nothing else rides
 * along. Ages above 89 years become 90.
 */
export function keepValue(element: ElementView): ElementAction | undefined {
  const { tag, vr, value, path } = element;
  const standardVr = (tag & 0x10000) === 0 ? vrOf(tag) : privateVr(element);
  const encodedVr = vr === 'UN' && standardVr !== undefined ? standardVr : vr;
  const encoded = kindOf(encodedVr);
  if (encoded === undefined || !agree(encoded, kindOf(standardVr ?? vr))) return undefined;
  if (encoded === 'sequence') return vr === 'SQ' ? KEEP : undefined;
  const isBulk = encoded === 'bulk' || value === undefined;
  // Nothing tells what bytes hold but the attribute: image data, or a private one that is known to be safe.
  if (isBulk) return isImageBulk(tag, path.length) || (value && (tag & 0x10000) !== 0) ? KEEP : undefined;
  if (value.length === 0) return KEEP;
  if (tag === TIMEZONE_OFFSET_FROM_UTC)
    return isTimeZone(value.toString('latin1', 0, 16).trim()) ? KEEP : undefined;
  if (encoded === 'number') return isNumberOf(tag, encodedVr, value.length) ? KEEP : undefined;
  return keepText(value, encoded === 'uid' ? 'UI' : (standardVr ?? vr));
}

function keepText(value: Buffer, vr: string): ElementAction | undefined {
  if (value.length > MOST_TEXT_BYTES) return undefined;
  const text = value.toString('latin1');
  if (vr === 'UI') return PADDED_UIDS.test(text) ? KEEP : undefined;
  if (DATES.has(vr))
    return shiftDates(vr, text.replace(/[ \0]{0,16}$/, ''), 0) === undefined ? undefined : KEEP;
  const form = FORMS[vr];
  if (form ? !form.test(text) : CONTROL.test(text.replace(/\0$/, ''))) return undefined;
  if (vr !== 'AS') return KEEP;
  const capped = text.split('\\').map(cappedAge).join('\\');
  return capped === text ? KEEP : { do: 'replace', value: textValue(capped) };
}

/** US or OW, US or SS: the dictionary names one, the object may use the other. */
function agree(encoded: ValueKind, standard: ValueKind | undefined): boolean {
  if (encoded === standard) return true;
  return (encoded === 'number' && standard === 'bulk') || (encoded === 'bulk' && standard === 'number');
}

/** The VR of a private element: as encoded, where the table of safe ones agrees or is silent, else the table's. */
export function privateVr({ tag, vr, privateCreator }: ElementView): string {
  if ((tag & 0xff00) === 0) return 'LO';
  const vrs = safePrivateVrs(tag, privateCreator ?? '') ?? [];
  return vrs.includes(vr) ? vr : (vrs[0] ?? vr);
}
