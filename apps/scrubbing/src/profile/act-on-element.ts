import { type ElementAction, type ElementView, keywordOf, vrOf } from '@sluice/dicom';
import type { Fate } from './action-codes.js';
import { createCodeItems } from './code-items.js';
import { dummyOf, textValue, uidValue, valuesOf } from './dummy-values.js';
import { effectiveVr, judgeElement, unprovenFate } from './judge-element.js';
import { isNumericText, isTechnical } from './technical-text.js';
import { isWellKnownUid } from './uid-map.js';

const KEEP: ElementAction = { do: 'keep' };
const REMOVE: ElementAction = { do: 'remove' };
const EMPTY: ElementAction = { do: 'empty' };
/** Patient's Name and Patient ID: the pseudonym is their dummy. */
const PSEUDONYM_TAGS = new Set([0x00100010, 0x00100020]);
const CODING_SCHEME_SEQUENCE = 0x00080110;

/** What scrubbing puts in the place of persons and UIDs. */
export interface Replacements {
  /** For Patient's Name and Patient ID: at most 16 characters of A-Z and 2-7. */
  readonly pseudonym: string;
  /** The new UID of an original one: same input, same output. */
  newUid(original: string): string;
}

/** Decides about each element of one data set (group 0002 apart), in the order in which they come. */
export function createActions(replacements: Replacements): (element: ElementView, sopClassUID: string | undefined) => ElementAction {
  const codeItems = createCodeItems();

  function act(element: ElementView, fate: Fate, sopClassUID: string | undefined): ElementAction {
    if (PSEUDONYM_TAGS.has(element.tag) && fate !== 'remove') return replace(textValue(replacements.pseudonym));
    switch (fate) {
      case 'keep':
        return KEEP;
      case 'remove':
        return REMOVE;
      case 'empty':
        return EMPTY;
      case 'dummy':
        return effectiveVr(element) === 'UI' ? mapUids(element) : dummy(element);
      case 'uid':
        return element.vr === 'SQ' ? KEEP : mapUids(element);
      case 'clean':
        return cleanText(element, sopClassUID);
    }
  }

  function mapUids({ value }: ElementView): ElementAction {
    if (!value) return REMOVE;
    if (value.length === 0) return KEEP;
    const originals = valuesOf(value);
    if (originals.every((uid) => isWellKnownUid(uid))) return KEEP;
    return replace(uidValue(originals.map((uid) => (uid === '' || isWellKnownUid(uid) ? uid : replacements.newUid(uid)))));
  }

  function cleanText(element: ElementView, sopClassUID: string | undefined): ElementAction {
    const { tag, value } = element;
    const unproven = () => act(element, unprovenFate(element, sopClassUID), sopClassUID);
    if (!value) return element.vr === 'SQ' ? KEEP : unproven();
    if (value.length === 0) return KEEP;
    const standardVr = vrOf(tag) ?? element.vr;
    const numeric = isNumericText(standardVr, value);
    if (numeric !== undefined) return numeric ? KEEP : unproven();
    const values = valuesOf(value);
    const code = element.path.at(-1)?.tag === CODING_SCHEME_SEQUENCE ? undefined : codeItems(element, values.join('\\'));
    if (code !== undefined) return replace(textValue(code));
    return proven(values, keywordOf(tag) ?? '', standardVr) ?? unproven();
  }

  return (element, sopClassUID) => act(element, judgeElement(element, sopClassUID), sopClassUID);
}

/** Keeps what is proven; of several values the others become UNKNOWN. Undefined where nothing is proven. */
function proven(values: readonly string[], keyword: string, vr: string): ElementAction | undefined {
  const technical = values.map((value) => isTechnical(keyword, vr, value));
  if (technical.every(Boolean)) return KEEP;
  if (!values.some((value, at) => technical[at] && value !== '')) return undefined;
  return replace(textValue(values.map((value, at) => (technical[at] ? value : 'UNKNOWN')).join('\\')));
}

function dummy(element: ElementView): ElementAction {
  return element.vr === 'SQ' ? KEEP : replace(dummyOf(effectiveVr(element)));
}

function replace(value: Buffer): ElementAction {
  return { do: 'replace', value };
}
