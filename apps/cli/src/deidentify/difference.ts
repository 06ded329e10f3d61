import { decodeText, type ElementAction, type ElementView, formatTag, keywordOf } from '@sluice/dicom';

/** One element that a profile changes. Holds original values: for the person who asked, in a file of 0600, nowhere else. */
export interface Change {
  /** Keywords of the sequences around it with item numbers, and its own: `RequestAttributesSequence[0]/StudyInstanceUID`. */
  readonly at: string;
  readonly tag: string;
  readonly vr: string;
  readonly action: 'remove' | 'empty' | 'replace';
  readonly before: string;
  readonly after: string;
}

const LONGEST = 64;
const TEXT = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
/** A value may hold what moves a terminal's cursor. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu;

/** The change of one element, undefined where it stays. */
export function changeOf(element: ElementView, action: ElementAction): Change | undefined {
  const { tag, vr, path, value } = element;
  if (action.do === 'keep' || (action.do === 'replace' && value?.equals(action.value))) return undefined;
  return {
    at: [
      ...path.map((step) => `${nameOf(step.tag)}[${step.item}]`),
      nameOf(tag, element.privateCreator),
    ].join('/'),
    tag: formatTag(tag),
    vr,
    action: action.do,
    before: shown(element, value),
    after: action.do === 'replace' ? shown(element, action.value) : '',
  };
}

function nameOf(tag: number, creator?: string): string {
  const name = creator === undefined ? keywordOf(tag) : `${formatTag(tag)} of ${creator}`;
  return printable(name ?? formatTag(tag));
}

function shown({ vr, charset, lengthBytes }: ElementView, value: Buffer | undefined): string {
  if (value === undefined) return vr === 'SQ' ? 'sequence' : `${Math.max(0, lengthBytes)} bytes`;
  if (!TEXT.has(vr)) return value.length <= 16 ? value.toString('hex') : `${value.length} bytes`;
  const text = printable(decodeText(value.subarray(0, 4 * LONGEST), vr, charset));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${value.length} bytes)` : text;
}

function printable(text: string): string {
  return text.replace(UNPRINTABLE, '·');
}
