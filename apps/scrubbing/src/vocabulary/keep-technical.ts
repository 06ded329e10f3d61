import { type ElementAction, type ElementView, keywordOf, vrOf } from '@sluice/dicom';
import { cappedAge } from '../values/ages.js';
import { cleanIccProfile, ICC_PROFILE } from '../values/icc-profile.js';
import { kindOf } from '../values/value-kinds.js';
import { textValue, valuesOf } from '../values/dummy-values.js';
import type { createCodeItems } from './code-items.js';
import { isNumericText, isTechnical } from './technical-text.js';

const KEEP: ElementAction = { do: 'keep' };
const CODING_SCHEME_SEQUENCE = 0x00080110;

/** A text value that its attribute's vocabulary, form or code proves technical (technical-text.ts); undefined where nothing does. */
export function keepTechnical(
  element: ElementView,
  codeItems: ReturnType<typeof createCodeItems>,
): ElementAction | undefined {
  const { tag, value } = element;
  if (!value) return undefined;
  if (tag === ICC_PROFILE) return iccProfile(value);
  if (value.length === 0) return KEEP;
  const vr = vrOf(tag) ?? element.vr;
  if (kindOf(vr) !== 'text' || kindOf(element.vr) === 'number') return undefined;
  const numeric = isNumericText(vr, value);
  if (numeric !== undefined) return numeric ? keepNumeric(vr, value) : undefined;
  const values = valuesOf(value);
  const inSchemes = element.path.at(-1)?.tag === CODING_SCHEME_SEQUENCE;
  const code = inSchemes ? undefined : codeItems(element, values.join('\\'));
  if (code !== undefined) return replace(code);
  return proven(values, keywordOf(tag) ?? '', vr);
}

function iccProfile(value: Buffer): ElementAction | undefined {
  const cleaned = cleanIccProfile(value);
  return cleaned && { do: 'replace', value: cleaned };
}

function keepNumeric(vr: string, value: Buffer): ElementAction {
  if (vr !== 'AS') return KEEP;
  const age = value.toString('latin1');
  return cappedAge(age) === age ? KEEP : replace(cappedAge(age));
}

/** Keeps what is proven; of several values the others become UNKNOWN. Undefined where nothing is proven. */
function proven(values: readonly string[], keyword: string, vr: string): ElementAction | undefined {
  const technical = values.map((value) => isTechnical(keyword, vr, value));
  if (technical.every(Boolean)) return KEEP;
  if (!values.some((value, at) => technical[at] && value !== '')) return undefined;
  return replace(values.map((value, at) => (technical[at] ? value : 'UNKNOWN')).join('\\'));
}

function replace(text: string): ElementAction {
  return { do: 'replace', value: textValue(text) };
}
