/**
 * The rule for text that Table E.1-1 does not name (and for action C): a value stays only when it is proven technical. Free text of
 * any VR is not: a name can stand in any of it. Proven is
 *   - CS, and a few LO and SH attributes: a term of the attribute's own vocabulary (technical-vocabulary.table.ts), or YES and NO;
 *   - DS, IS, AS: a value that consists of numbers (PS3.5 6.2);
 *   - a few attributes whose values have a closed form of their own (FORMS below);
 *   - Code Value: a code that proves itself (coded-concepts.ts).
 * What is not proven goes by the attribute's type: 1 a dummy, 2 zero length, 3 removed; of several values only the unproven ones
 * become UNKNOWN, so that positions hold. Too much is lost rather than too little; "clean descriptors" is where words come back.
 */
import { COMMON_TERMS, TERMS } from './technical-vocabulary.table.js';

const vocabularies = new Map(
  Object.entries(TERMS).map(([keyword, terms]) => [keyword, new Set(terms.split('|'))]),
);
const common = new Set(COMMON_TERMS.split('|'));

const NUMBERS: Readonly<Record<string, RegExp>> = {
  DS: /^[\d+\-.eE \\]*\0*$/,
  IS: /^[\d+\- \\]*\0*$/,
  AS: /^\d{3}[DWMY]\0*$/,
};

const FORMS: Readonly<Record<string, RegExp>> = {
  /** Siemens kernels: B30f, H60s, Br40d, I31f, D30s. */
  ConvolutionKernel: /^[BDHITUQ][a-z]?\d{2}[a-z]?$/,
  /** Context groups and templates of PS3.16. */
  ContextIdentifier: /^\d{1,4}$/,
  TemplateIdentifier: /^\d{3,5}$/,
  CodingSchemeVersion: /^\d{1,2}(?:\.\d{1,2})?$/,
  StackID: /^\d{1,3}$/,
  MultiCoilElementName: /^[A-Z0-9]{1,2}$/,
  EquipmentCoordinateSystemIdentification: /^ISOCENTER$/,
};

/** True when the whole value of a numeric text VR consists of numbers; undefined for any other VR. */
export function isNumericText(vr: string, value: Buffer): boolean | undefined {
  return NUMBERS[vr]?.test(value.toString('latin1'));
}

/** True for one value that is proven technical for this attribute. */
export function isTechnical(keyword: string, vr: string, value: string): boolean {
  if (value === '') return true;
  if (vocabularies.get(keyword)?.has(value) || FORMS[keyword]?.test(value)) return true;
  return vr === 'CS' && common.has(value);
}
