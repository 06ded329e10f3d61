import type { NamedDataSet } from '@sluice/dicom';

/** Macros whose one item describes a frame (PS3.3 C.7.6.16.2). */
const MACROS = [
  'PixelMeasuresSequence',
  'FrameVOILUTSequence',
  'PixelValueTransformationSequence',
  'PlanePositionSequence',
  'PlaneOrientationSequence',
];

/** The text of an attribute; empty where there is none. */
export function textOf(dataSet: NamedDataSet, keyword: string): string {
  const value = dataSet[keyword];
  return typeof value === 'string' ? value.trim() : '';
}

/** Its values as upper-case words. */
export function termsOf(dataSet: NamedDataSet, keyword: string): readonly string[] {
  const text = textOf(dataSet, keyword);
  return text === '' ? [] : text.split('\\').map((term) => term.trim().toUpperCase());
}

/** Its numbers, of text or binary VRs; empty where one of them is none. */
export function numbersOf(dataSet: NamedDataSet, keyword: string): readonly number[] {
  const value = dataSet[keyword];
  if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return value;
  const terms = termsOf(dataSet, keyword);
  const numbers = terms.map(Number);
  return terms.every((term) => term !== '') && numbers.every(Number.isFinite) ? numbers : [];
}

/** Its items. */
export function itemsOf(dataSet: NamedDataSet, keyword: string): readonly NamedDataSet[] {
  const value = dataSet[keyword];
  return Array.isArray(value) && value.every((one) => typeof one === 'object')
    ? (value as readonly NamedDataSet[])
    : [];
}

/** What holds for one frame (from 0): the object's own attributes, then those that all frames share, then the frame's. */
export function frameHeader(dataSet: NamedDataSet, frame: number): NamedDataSet {
  const shared = itemsOf(dataSet, 'SharedFunctionalGroupsSequence')[0] ?? {};
  const own = itemsOf(dataSet, 'PerFrameFunctionalGroupsSequence')[frame] ?? {};
  const macros = [shared, own].flatMap((groups) => MACROS.map((macro) => itemsOf(groups, macro)[0] ?? {}));
  return Object.assign({}, dataSet, ...macros) as NamedDataSet;
}
