import { type ElementAction, type ElementView, keywordOf, vrOf } from '@sluice/dicom';
import { dummyOf, textValue, uidValue, valuesOf } from '../values/dummy-values.js';
import { createCodeItems } from '../vocabulary/code-items.js';
import { isNumericText, isTechnical } from '../vocabulary/technical-text.js';
import type { Fate } from './action-codes.js';
import { effectiveVr, judgeElement, unprovenFate } from './judge-element.js';
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

/** What the decisions of one data set share. */
interface Context {
  readonly replacements: Replacements;
  readonly codeItems: ReturnType<typeof createCodeItems>;
  sopClassUID: string | undefined;
}

/** Decides about each element of one data set (group 0002 apart), in the order in which they come. */
export function createActions(
  replacements: Replacements,
): (element: ElementView, sopClassUID: string | undefined) => ElementAction {
  const context: Context = { replacements, codeItems: createCodeItems(), sopClassUID: undefined };
  return (element, sopClassUID) => {
    context.sopClassUID = sopClassUID;
    return act(context, element, judgeElement(element, sopClassUID));
  };
}

function act(context: Context, element: ElementView, fate: Fate): ElementAction {
  if (PSEUDONYM_TAGS.has(element.tag) && fate !== 'remove')
    return replace(textValue(context.replacements.pseudonym));
  switch (fate) {
    case 'keep':
      return KEEP;
    case 'remove':
      return REMOVE;
    case 'empty':
      return EMPTY;
    case 'dummy':
      return effectiveVr(element) === 'UI' ? mapUids(context, element) : dummy(element);
    case 'uid':
      return element.vr === 'SQ' ? KEEP : mapUids(context, element);
    case 'clean':
      return cleanText(context, element);
  }
}

function mapUids({ replacements }: Context, { value }: ElementView): ElementAction {
  if (!value) return REMOVE;
  if (value.length === 0) return KEEP;
  const originals = valuesOf(value);
  if (originals.every((uid) => isWellKnownUid(uid))) return KEEP;
  return replace(
    uidValue(originals.map((uid) => (uid === '' || isWellKnownUid(uid) ? uid : replacements.newUid(uid)))),
  );
}

function cleanText(context: Context, element: ElementView): ElementAction {
  const { tag, value } = element;
  const unproven = () => act(context, element, unprovenFate(element, context.sopClassUID));
  if (!value) return element.vr === 'SQ' ? KEEP : unproven();
  if (value.length === 0) return KEEP;
  const standardVr = vrOf(tag) ?? element.vr;
  const numeric = isNumericText(standardVr, value);
  if (numeric !== undefined) return numeric ? KEEP : unproven();
  const values = valuesOf(value);
  const inSchemes = element.path.at(-1)?.tag === CODING_SCHEME_SEQUENCE;
  const code = inSchemes ? undefined : context.codeItems(element, values.join('\\'));
  if (code !== undefined) return replace(textValue(code));
  return proven(values, keywordOf(tag) ?? '', standardVr) ?? unproven();
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
