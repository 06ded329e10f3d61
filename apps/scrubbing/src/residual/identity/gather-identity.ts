import { type ElementView, readText, vrOf } from '@sluice/dicom';
import type { Profile } from '../../profile/profile.js';
import { COMMON_TERMS } from '../../vocabulary/technical-vocabulary.table.js';
import { FORMS } from '../../words/clean-words.js';
import { clinicalHan, isClinicalWord } from '../../words/vocabulary.js';
import { dateOfValue, movedDate } from '../text/dates-in-text.js';
import { readingsOf } from '../text/encodings.js';
import type { Identity } from './identity.types.js';
import { IDENTITY_TAGS, type ListedAttributes, listUnder } from './listed-attributes.js';
import { addRawWords } from './raw-words.js';
import {
  joinedNumbers,
  normalise,
  partsOf,
  respelled,
  type Tokens,
  tokensOf,
  windowsOf,
} from '../text/normalise.js';

/** A hostile object may hold millions of names: beyond this many of one kind nothing is proven. */
const MOST = 200_000;
/** Counted after so many bytes of values. */
const COUNTED_BYTES = 256 * 1024;
const MOST_NAME_BYTES = 64 * 1024;
const MOST_VALUE_BYTES = 4096;
/** A longer text does not stay by Clean Descriptors. */
const MOST_CLEANED_BYTES = 64 * 1024;
const SHORTEST_WORD = 4;
const SHORTEST_UID = 6;
/** A part of an identifier that is shorter is a year or a room. */
const SHORTEST_PART = 5;
/** Of a longer value its beginning is looked for. */
export const MOST_PHRASE_WORDS = 12;
/** Names of more words are no person's; bounds the pairs. */
const MOST_JOINED = 8;

const TEXT = new Set([
  'AE',
  'AS',
  'CS',
  'DA',
  'DS',
  'DT',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'ST',
  'TM',
  'UC',
  'UR',
  'UT',
]);
const FREE = new Set(['AE', 'LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT']);
/** Texts in which a backslash is a character (PS3.5 6.2). */
const ONE_VALUE = new Set(['LT', 'ST', 'UR', 'UT']);
const WELL_KNOWN_UID = /^1\.2\.840\.10008(?:\.\d{1,4}){1,9}$/;
const SOP_INSTANCE_IN_META = 0x00020003;
const CODING = new Set([0x00080102, 0x00080103, 0x0008010b, 0x0008010c, 0x0008010f]);

/** Values that stand for a removed one, in every object alike. */
const NEUTRAL = new Set(
  '|0|000d|000000|19000101|19000101000000|deidentified|unknown|urn:sluice:deidentified'.split('|'),
);
const COMMON = new Set(COMMON_TERMS.toLowerCase().split('|'));

/** Gathers while an original is read. */
export interface IdentityGathering {
  note(element: ElementView): void;
  /** Not all of the original was shown. */
  miss(): void;
  /** What was gathered until now. */
  identity(): Identity;
}

/**
 * Gathers what must not stand in the output of an object: every name, UID, date, number and listed value of it, whatever the rules decide
 * about them. To be shown every element of the original. `dayOffset`: where this person's dates move.
 */
export function gatherIdentity(
  profile: Pick<Profile, 'options' | 'overrides'>,
  dayOffset: number,
): IdentityGathering {
  const { options, overrides } = profile;
  const list = listUnder(options);
  const sets = emptySets();
  const retained = new Set([...list.retained, ...overrides.retained].map(hexOf));
  const fits = watchSize(sets);
  let complete = true;

  function note(element: ElementView): void {
    const { tag, value } = element;
    const standardVr = vrOf(tag) ?? element.vr;
    const isName = element.vr === 'PN' || standardVr === 'PN';
    // What is too long to be held streams past.
    if (!value && element.lengthBytes !== 0 && (isName || identifies(tag, list))) complete = false;
    if (!complete || !value || value.length === 0) return;
    complete = fits(value);
    // A text may come as bytes, and is one all the same.
    const vr = TEXT.has(element.vr) || element.vr === 'UI' ? element.vr : standardVr;
    const seen = { ...element, vr, value };
    const isRetained = retained.has(hexOf(tag));
    if (vr === 'UI') return isRetained || options.has('retain-uids') ? undefined : noteUids(sets, seen);
    if (!TEXT.has(vr)) return;
    if (isName) complete &&= noteNames(sets, seen);
    if (isRetained) return;
    if (isDate(vr))
      noteDates(sets, seen, { list, dayOffset, full: options.has('retain-longitudinal-full-dates') });
    complete &&= noteValue(sets, seen, list);
  }

  const creators = options.has('retain-safe-private') ? undefined : overrides.retainedCreators;
  const miss = () => void (complete = false);
  return {
    note,
    miss,
    identity: () => ({ ...sets, retained, creators, complete: complete && sizeOf(sets) <= MOST }),
  };
}

type Sets = ReturnType<typeof emptySets>;
type Seen = ElementView & { readonly value: Buffer };

function emptySets() {
  return {
    names: new Set<string>(),
    pairs: new Set<string>(),
    words: new Set<string>(),
    runs: new Set<string>(),
    numbers: new Set<string>(),
    phrases: new Set<string>(),
    uids: new Set<string>(),
    dates: new Set<string>(),
    values: new Map<string, Set<string>>(),
    moved: new Map<string, Set<string>>(),
    technicalNumbers: new Set<string>(),
    raw: new Set<string>(),
  };
}

function sizeOf({ values, ...sets }: Sets): number {
  const listed = values.values().reduce((sum, { size }) => sum + size, 0);
  return Math.max(listed, ...Object.values(sets).map(({ size }) => size));
}

/** Whether so many values may be gathered; counted now and then. */
function watchSize(sets: Sets): (value: Buffer) => boolean {
  let uncountedBytes = 0;
  return (value) => {
    uncountedBytes += value.length;
    if (uncountedBytes <= COUNTED_BYTES) return true;
    uncountedBytes = 0;
    return sizeOf(sets) <= MOST;
  };
}

const hexOf = (tag: number): string => tag.toString(16).padStart(8, '0').toUpperCase();
const isDate = (vr: string): boolean => vr === 'DA' || vr === 'DT';

function addTo(values: Map<string, Set<string>>, tag: number, value: string): void {
  const key = hexOf(tag);
  const known = values.get(key) ?? new Set();
  values.set(key, known.add(value));
}

function noteUids({ uids }: Sets, { tag, value }: Seen): void {
  if (tag >>> 16 === 2 && tag !== SOP_INSTANCE_IN_META) return;
  for (const part of value.toString('latin1').split('\\')) {
    const uid = part.replace(/[ \0]+/g, '');
    if (uid.length < SHORTEST_UID || WELL_KNOWN_UID.test(uid)) continue;
    uids.add(uid);
  }
}

/** False for a name that is too long to be looked for. */
function noteNames(sets: Sets, seen: Seen): boolean {
  if (seen.value.length > MOST_NAME_BYTES) return false;
  addRawWords(sets.raw, seen.value, true);
  for (const [at, text] of textsOf(seen).entries()) {
    // Only the reading that is announced gives short words: another makes some of any bytes.
    const shortest = at === 0 ? 2 : SHORTEST_WORD;
    for (const name of text.split(/[\\=]/)) addName(sets, name, shortest);
  }
  return true;
}

function addName({ names, pairs }: Sets, name: string, shortest: number): void {
  const { words, runs } = tokensOf(name);
  const whole = words.length > MOST_JOINED ? [] : words;
  for (const word of words) if (word.length >= shortest) names.add(word);
  for (const word of words.flatMap(partsOf)) if (word.length >= SHORTEST_WORD) names.add(word);
  for (const one of whole)
    for (const other of whole)
      if (one !== other && one.length + other.length >= SHORTEST_WORD) names.add(one + other);
  // Family and given name stand apart in the attribute and together in a text.
  for (const run of [...runs, runs.join('')])
    for (const pair of windowsOf(run, 2)) if (clinicalHan(pair).join('') !== pair) pairs.add(pair);
}

interface DateRules {
  readonly list: ListedAttributes;
  readonly dayOffset: number;
  /** Dates stay as they are. */
  readonly full: boolean;
}

function noteDates({ dates, moved }: Sets, { tag, value }: Seen, { dayOffset, full }: DateRules): void {
  if (full) return;
  for (const part of value.toString('latin1', 0, MOST_NAME_BYTES).split(/[\\-]/)) {
    const date = dateOfValue(part);
    if (date === undefined || NEUTRAL.has(date)) continue;
    dates.add(date);
    const to = movedDate(date, dayOffset);
    if (to) addTo(moved, tag, to);
  }
}

function identifies(tag: number, list: ListedAttributes): boolean {
  return IDENTITY_TAGS.has(tag) && !list.stays(tag);
}

/** Numbers, words and whole values of whatever is on the list or below a sequence that says who. False for an identifier that is too long. */
function noteValue(sets: Sets, seen: Seen, list: ListedAttributes): boolean {
  const { tag, vr, path } = seen;
  const isIdentifier = identifies(tag, list);
  const here = list.has(tag);
  const inWho = list.inWho(path) && !CODING.has(tag);
  if (!(here || isIdentifier || inWho || vr === 'AE')) {
    if (vr === 'DS' || vr === 'IS') addNumbers(sets.technicalNumbers, seen.value);
    if (list.cleans(tag)) addUncleaned(sets, seen);
    return true;
  }
  if (seen.value.length > MOST_VALUE_BYTES * 16) return !isIdentifier;
  if (isIdentifier) addRawWords(sets.raw, seen.value, false);
  for (const text of textsOf(seen)) {
    for (const value of ONE_VALUE.has(vr) ? [text] : text.split('\\')) {
      const tokens = tokensOf(value);
      if (isIdentifier) addIdentifier(sets, tokens);
      if (FREE.has(vr) || isIdentifier) addPhrase(sets, tokens);
      if (here || isIdentifier) addValue(sets, seen, value);
    }
  }
  return true;
}

/** A free text of clinical words alone is anybody's; any other value is told by its attribute. */
function addValue(sets: Sets, { tag, vr }: Seen, value: string): void {
  const plain = normalise(value).trim();
  if (NEUTRAL.has(plain) || (FREE.has(vr) && !isTelling(tokensOf(value)))) return;
  addTo(sets.values, tag, plain.slice(0, MOST_VALUE_BYTES));
}

/** What Clean Descriptors would not have left as it is; told by its attribute, as its clinical words may stay. */
function addUncleaned({ values }: Sets, seen: Seen): void {
  const { tag, vr, value: bytes } = seen;
  if (bytes.length > MOST_CLEANED_BYTES) return;
  // Only the reading that is announced: the rules clean by that one, and another makes words of any umlaut.
  const [text = ''] = textsOf(seen);
  for (const value of ONE_VALUE.has(vr) ? [text] : text.split('\\')) {
    const plain = normalise(value).trim();
    const { words, runs } = tokensOf(value);
    const others = words.filter((word) => !FORMS.some((form) => form.test(word)));
    if (!NEUTRAL.has(plain) && isTelling({ words: others, runs })) addTo(values, tag, plain);
  }
}

function addIdentifier({ words, runs, numbers }: Sets, tokens: Tokens): void {
  const isWhole = tokens.words.length === 1;
  for (const word of tokens.words) {
    if (/^\d+$/.test(word)) {
      if (word.length >= (isWhole ? SHORTEST_WORD : SHORTEST_PART)) numbers.add(word);
    } else if (word.length >= SHORTEST_WORD && isTellingWord(word)) words.add(word);
    for (const part of partsOf(word)) if (/^\d{5,}$/.test(part)) numbers.add(part);
  }
  for (const joined of joinedNumbers(tokens.words)) numbers.add(joined);
  for (const run of tokens.runs) addRun(runs, run);
}

function addRun(runs: Set<string>, run: string): void {
  const pieces = [...run].length < 4 ? [run] : windowsOf(run, 4);
  for (const piece of pieces)
    if ([...piece].length > 1 && clinicalHan(piece).join('') !== piece) runs.add(piece);
}

function addPhrase({ phrases, runs }: Sets, tokens: Tokens): void {
  for (const run of tokens.runs) addRun(runs, run);
  const words = tokens.words.slice(0, MOST_PHRASE_WORDS);
  if (words.join('').length >= SHORTEST_WORD && words.some(isTellingWord)) phrases.add(words.join(' '));
}

function isTelling({ words, runs }: Tokens): boolean {
  return words.some(isTellingWord) || runs.some((run) => clinicalHan(run).join('') !== run);
}

/** Neither clinical nor a term of the standard, nor a small number. */
function isTellingWord(word: string): boolean {
  return /^\d+$/.test(word)
    ? word.length >= SHORTEST_WORD
    : word.length > 1 && !isClinicalWord(word) && !COMMON.has(word) && !NEUTRAL.has(word);
}

/** Short ones alone: that a long number of a technical attribute is an identifier's too is no accident. */
function addNumbers(numbers: Set<string>, value: Buffer): void {
  if (numbers.size > MOST / 2) return;
  const text = value.toString('latin1', 0, 1024 * 1024);
  for (const [number] of text.matchAll(/(?<!\d)\d{4,5}(?!\d)/g)) numbers.add(number);
}

/** By the object's own character sets, by others that it may be in, and with umlauts spelled out. */
function textsOf({ value, vr, charset }: Seen): readonly string[] {
  const raw = value.toString('latin1').replace(/[ \0]+$/, '');
  if (/^[\x00-\x1a\x1c-\x7f]*$/.test(raw)) return [raw];
  const texts = new Set([readText(value, vr, charset).text, ...readingsOf(raw, charset)]);
  const spelled = [...texts].map(respelled).filter((text) => text !== undefined);
  return [...texts, ...spelled];
}
