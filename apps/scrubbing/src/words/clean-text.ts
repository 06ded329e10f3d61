import { type ElementAction, type ElementView, encodeText, readText } from '@sluice/dicom';
import { REMOVED_TEXT, textValue } from '../values/dummy-values.js';
import { cleanWords } from './clean-words.js';
import type { Seeds } from './seeds.js';

const KEEP: ElementAction = { do: 'keep' };
/** Most characters of one value (PS3.5 6.2). */
const LONGEST: Readonly<Record<string, number>> = {
  SH: 16,
  LO: 64,
  ST: 1024,
  LT: 10_240,
  UC: 65_536,
  UT: 65_536,
};
const SEVERAL = new Set(['SH', 'LO', 'UC']);
/** A longer text is not one that somebody wrote about an image. */
const MOST_BYTES = 64 * 1024;
const MOST_VALUES = 1000;

/** True for a VR of free text. */
export function isFreeText(vr: string): boolean {
  return LONGEST[vr] !== undefined;
}

/** A free text with its clinical words only (clean-words.ts), in the character set it had; undefined where nothing is left of it. */
export function cleanText(element: ElementView, vr: string, seeds: Seeds): ElementAction | undefined {
  const { value, charset } = element;
  const longest = LONGEST[vr];
  if (!value || longest === undefined || value.length > MOST_BYTES) return undefined;
  if (value.length === 0) return KEEP;
  const { text, exact } = readText(value, vr, charset);
  const values = SEVERAL.has(vr) ? text.split('\\', MOST_VALUES) : [text.replaceAll('\\', ' ')];
  const cleaned = values.map((one) => cleanWords(one, seeds, exact)?.slice(0, longest).trim());
  if (!cleaned.some((one) => one !== undefined && one !== '')) return undefined;
  const joined = cleaned.map((one, at) => one ?? (values[at]?.trim() === '' ? '' : REMOVED_TEXT)).join('\\');
  if (joined === text.trim()) return KEEP;
  const encoded = encodeText(joined, vr, charset);
  return encoded && { do: 'replace', value: encoded.length % 2 ? textValue(joined) : encoded };
}
