import { type ElementAction, type ElementView, readText, vrOf } from '@sluice/dicom';
import { cleanValue, movePrivateDate } from '../values/clean-value.js';
import { dummyOf, textValue, uidValue, valuesOf } from '../values/dummy-values.js';
import { keepValue, privateVr } from '../values/keep-value.js';
import { kindOf } from '../values/value-kinds.js';
import { createCodeItems } from '../vocabulary/code-items.js';
import { keepTechnical } from '../vocabulary/keep-technical.js';
import { cleanText, isFreeText } from '../words/clean-text.js';
import { mayBeOtherCharset } from '../words/other-charset.js';
import { hasChinesePerson } from '../words/chinese-person.js';
import { hasChineseNumber } from '../words/patterns.js';
import { keepPrivateText } from '../words/private-text.js';
import { holdsName, type Seeds } from '../words/seeds.js';
import type { Fate } from './action-codes.js';
import { createContentItems } from './content-items.js';
import { effectiveVr, judgeElement } from './judge-element.js';
import type { Profile } from './profile.js';
import { isWellKnownUid } from './uid-map.js';

const KEEP: ElementAction = { do: 'keep' };
const REMOVE: ElementAction = { do: 'remove' };
const EMPTY: ElementAction = { do: 'empty' };
/** A report has less; what a hostile object has more of counts as unproven. */
const MOST_TEXT_BYTES = 512 * 1024;
/** Patient's Name and Patient ID: the pseudonym is their dummy. */
const PSEUDONYM_TAGS = new Set([0x00100010, 0x00100020]);

const TIMEZONE_OFFSET_FROM_UTC = 0x00080201;
const UNFORMATTED_TEXT_VALUE = 0x00700006;
const GRAPHIC_ANNOTATION_SEQUENCE = 0x00700001;

/** What scrubbing puts in the place of persons, UIDs and dates. */
export interface Replacements {
  /** For Patient's Name and Patient ID: at most 16 characters of A-Z and 2-7. */
  readonly pseudonym: string;
  /** Whole days that this person's dates move. */
  readonly dayOffset: number;
  /** The new UID of an original one: same input, same output. */
  newUid(original: string): string;
}

/** What the decisions of one data set share. */
interface Context {
  readonly profile: Profile;
  readonly replacements: Replacements;
  /** Whose names no text may keep. */
  readonly seeds: Seeds;
  readonly codeItems: ReturnType<typeof createCodeItems>;
  /** Bytes of text that may still be looked at for names. */
  textLeft: number;
}

/** Decides about each element of one data set (group 0002 apart), in the order in which they come. */
export function createActions(
  profile: Profile,
  replacements: Replacements,
  seeds: Seeds,
): (element: ElementView, sopClassUID: string | undefined) => ElementAction {
  const context: Context = {
    profile,
    replacements,
    seeds,
    codeItems: createCodeItems(),
    textLeft: MOST_TEXT_BYTES,
  };
  const contentItems = createContentItems(profile);
  return (element, sopClassUID) => {
    const said = profile.overrides.ruleFor(element) ? undefined : contentItems(element);
    if (said && 'do' in said) return said;
    const { fate, otherwise } = said ?? judgeElement(profile, element, sopClassUID);
    const action = act(context, element, fate);
    const refused =
      action?.do === 'keep' &&
      (fate === 'keep' || fate === 'technical') &&
      identifies(context, element, fate);
    return (refused ? undefined : action) ?? act(context, element, otherwise) ?? REMOVE;
  };
}

/** Undefined where the value does not allow it. */
function act(context: Context, element: ElementView, fate: Fate): ElementAction | undefined {
  if (PSEUDONYM_TAGS.has(element.tag) && fate !== 'remove')
    return replace(textValue(context.replacements.pseudonym));
  switch (fate) {
    case 'keep':
      return (element.tag & 0x10000) !== 0 ? keepPrivate(context, element) : keepValue(element);
    case 'remove':
      return REMOVE;
    case 'empty':
      return EMPTY;
    case 'dummy':
      if (isAnnotation(context, element)) return cleanWordsOf(context, element) ?? dummy(element);
      return effectiveVr(element) === 'UI' ? mapUids(context, element) : dummy(element);
    case 'uid':
      return element.vr === 'SQ' ? KEEP : mapUids(context, element);
    case 'clean':
      return (
        cleanValue(element, context.replacements.dayOffset) ??
        cleanWordsOf(context, element) ??
        keepTechnical(element, context.codeItems)
      );
    case 'technical':
      return (
        keepTechnical(element, context.codeItems) ??
        (context.profile.options.has('clean-descriptors') ? cleanWordsOf(context, element) : undefined)
      );
  }
}

/** Free text that stands where the dictionary has free text; a label of a code is judged with its code. */
function cleanWordsOf(context: Context, element: ElementView): ElementAction | undefined {
  const vr = vrOf(element.tag) ?? element.vr;
  if (!isFreeText(vr) || !isFreeText(effectiveVr(element)) || !mayRead(context, element)) return undefined;
  return cleanText(element, vr, context.seeds);
}

/** Dates move where dates do, UIDs follow the map, text is looked at (private-text.ts). */
function keepPrivate(context: Context, element: ElementView): ElementAction | undefined {
  const { profile, replacements, seeds } = context;
  const moved = profile.dates === 'MODIFIED' ? movePrivateDate(element, replacements.dayOffset) : undefined;
  if (moved) return moved;
  const kept = keepValue(element);
  if (!kept || !mayRead(context, element)) return undefined;
  if (privateVr(element) === 'UI')
    return profile.options.has('retain-uids') ? kept : mapUids(context, element);
  const text = keepPrivateText(element, seeds);
  return text === 'asItIs' ? kept : text;
}

/** What stays as it is may hold no name of this object; nor, where the profile says so, a number of a Chinese person. */
function identifies(context: Context, element: ElementView, fate: Fate): boolean {
  const { profile, seeds } = context;
  const { value, privateCreator } = element;
  const isPrivate = (element.tag & 0x10000) !== 0;
  const vr = isPrivate ? privateVr(element) : effectiveVr(element);
  const isText = isFreeText(vr) || vr === 'CS' || vr === 'AE' || vr === 'UR' || isPrivate;
  // Without its creator a private element would be another one.
  if (privateCreator !== undefined && fate === 'keep' && holdsName(privateCreator, seeds)) return true;
  if (value === undefined || !(isText || vr === 'IS' || vr === 'DS')) return false;
  // Wide digits are digits (Unicode NFKC).
  const digits = () => readText(value, vr, element.charset).text.normalize('NFKC');
  if (profile.chineseNumbers && (hasChineseNumber(digits()) || (isText && hasChinesePerson(digits()))))
    return true;
  if (!isText || fate !== 'keep' || element.tag === TIMEZONE_OFFSET_FROM_UTC) return false;
  return !profile.keepsText || !mayRead(context, element) || showsName(element, vr, seeds);
}

/** What cannot be read may show one; numbers and bytes are read as text for what they should not hold. */
function showsName({ value, charset }: ElementView, vr: string, seeds: Seeds): boolean {
  const bytes = value ?? Buffer.alloc(0);
  const { text, exact } = readText(bytes, vr === 'UN' ? 'UT' : vr, charset);
  if (kindOf(vr) === 'text' && (!exact || mayBeOtherCharset(bytes, charset))) return true;
  return holdsName(text, seeds);
}

function mayRead(context: Context, { value }: ElementView): boolean {
  context.textLeft -= value?.length ?? 0;
  return context.textLeft >= 0;
}

/** Clean Graphics (PS3.15 E.3.3): the text of a graphic annotation, which Table E.1-1 gives to Clean Descriptors alone. */
function isAnnotation({ profile }: Context, element: ElementView): boolean {
  if (element.tag !== UNFORMATTED_TEXT_VALUE || !profile.options.has('clean-graphics')) return false;
  const inside = element.path.some((step) => step.tag === GRAPHIC_ANNOTATION_SEQUENCE);
  return inside && !profile.overrides.ruleFor(element);
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

function dummy(element: ElementView): ElementAction {
  return element.vr === 'SQ' ? KEEP : replace(dummyOf(effectiveVr(element)));
}

function replace(value: Buffer): ElementAction {
  return { do: 'replace', value };
}
