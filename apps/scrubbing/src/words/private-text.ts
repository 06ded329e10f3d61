/**
 * The rule for text in a private attribute that a profile keeps (by an override, or as safe by Table E.3.10-1): no table says what a person
 * may have typed there, so it is looked at like a description. Of the value stays
 *   - as it is: a number of at most six digits that is in no identifier; a code (CS) that is one letter, a term of the vocabularies or made of
 *     clinical words; DS and IS, AS, DA, DT and TM by their own forms (keep-value.ts);
 *   - its clinical words: other text (clean-words.ts).
 * Bytes (OB, OW, UN) are read as text where they are written like one; what cannot be read stays only where the table of safe ones says
 * that it is bytes. Names of persons, addresses (UR) and titles of programs (AE) go.
 */
import type { ElementAction, ElementView } from '@sluice/dicom';
import { privateVr } from '../values/keep-value.js';
import { valuesOf } from '../values/dummy-values.js';
import { safePrivateVrs } from '../profile/safe-private.js';
import { isTechnical } from '../vocabulary/technical-text.js';
import { cleanText, isFreeText } from './clean-text.js';
import { cleanWords } from './clean-words.js';
import type { Seeds } from './seeds.js';

const KEEP: ElementAction = { do: 'keep' };
const GONE = new Set(['PN', 'UR', 'AE']);
const BYTES = new Set(['OB', 'OW', 'UN']);
const NUMBER = /^[+-]?\d{1,6}(?:\.\d{1,6})?(?:[eE][+-]?\d{1,2})?$/;
const MOST_DIGITS = 6;
/** Nothing but text and its padding: no NUL inside, no control character but those of text. */
const WRITTEN = /^[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]*\0?$/;
const MOST_BYTES = 64 * 1024;

/** `asItIs`: no text, or one that this rule does not speak of; otherwise what is left of it, undefined where nothing is. */
export function keepPrivateText(element: ElementView, seeds: Seeds): ElementAction | 'asItIs' | undefined {
  const { value } = element;
  const vr = privateVr(element);
  if (!value || value.length === 0 || (element.tag & 0xff00) === 0) return 'asItIs';
  if (GONE.has(vr)) return undefined;
  if (BYTES.has(vr)) return keepBytes(element, vr, seeds);
  if (vr === 'CS') return valuesOf(value).every((code) => isCode(code, seeds)) ? KEEP : undefined;
  return isFreeText(vr) ? keepWritten(element, vr, seeds) : 'asItIs';
}

function keepBytes(element: ElementView, vr: string, seeds: Seeds): ElementAction | 'asItIs' | undefined {
  const { value, tag, privateCreator = '' } = element;
  const isWritten =
    value !== undefined && value.length <= MOST_BYTES && WRITTEN.test(value.toString('latin1'));
  if (isWritten) return keepWritten(element, 'UT', seeds);
  return vr !== 'UN' && safePrivateVrs(tag, privateCreator)?.includes(vr) ? 'asItIs' : undefined;
}

function keepWritten(element: ElementView, vr: string, seeds: Seeds): ElementAction | undefined {
  const isNumeric = valuesOf(element.value ?? Buffer.alloc(0)).every((one) => isNumber(one, seeds));
  return isNumeric ? KEEP : cleanText(element, vr, seeds);
}

function isNumber(text: string, seeds: Seeds): boolean {
  if (text === '') return true;
  const digits = text.replace(/\D/g, '');
  return NUMBER.test(text) && digits.length <= MOST_DIGITS && !seeds.numbers(digits);
}

function isCode(code: string, seeds: Seeds): boolean {
  if (/^[A-Z]?$/.test(code)) return true;
  if (isTechnical('', 'CS', code) || isNumber(code, seeds)) return true;
  return cleanWords(code, seeds, true) === code;
}
