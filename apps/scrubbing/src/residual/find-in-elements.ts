import type { ElementAgain } from '@sluice/dicom/second-reader';
import { OPTION_CODES } from '../profile/options.js';
import { isTechnical } from '../vocabulary/technical-text.js';
import { dateOfValue, datesIn } from './text/dates-in-text.js';
import { bytesReadingsOf, readingsOf } from './text/encodings.js';
import type { Identity, Residue, ResidueKind } from './identity/identity.types.js';
import { joinedNumbers, normalise, partsOf, type Tokens, tokensOf, windowsOf } from './text/normalise.js';

/** Bytes of one value that are read as text in every encoding, and of all: more is looked at as it is encoded alone (find-residue.ts). */
const MOST_BYTES = 256 * 1024;
const MOST_BYTES_IN_ALL = 4 * 1024 * 1024;
const MOST_PHRASE_WORDS = 12;
/** Shorter words are made by any bytes. */
const SHORTEST_IN_BYTES = 4;
const SHORTEST_NUMBER = 5;
const FREE = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT']);
const ONE_VALUE = new Set(['LT', 'ST', 'UR', 'UT']);
/** Read as text where numbers are all that it may hold. */
const NUMERIC = new Set(['DS', 'IS', 'AS']);
const NEUTRAL = new Set(['', 'deidentified', 'unknown']);

const CHARACTER_SET = '00080005';
const METHOD = '00120063';
const METHOD_CODES = '00120064';
const OUR_METHOD = /^Sluice [a-z0-9-]{1,32} [\d.]{1,12}$/;
/** Who wrote the file: us. */
const WRITER = new Set(['00020012', '00020013']);
const OUR_CODES = new Set(
  ['113100', 'Basic Application Confidentiality Profile', 'DCM', ...Object.values(OPTION_CODES).flat()].map(
    String,
  ),
);

/** One look at one output. */
export interface Look {
  readonly identity: Identity;
  readonly phraseStarts: ReadonlySet<string>;
  readonly charsets: readonly string[];
  bytesLeft: number;
}

type Judge = (look: Look, element: ElementAgain, value: string) => ResidueKind | undefined;

/** The first thing of the original that stands in the elements of an output; undefined where nothing of it does. */
export function findInElements(elements: readonly ElementAgain[], identity: Identity): Residue | undefined {
  const charsets = elements
    .filter(({ tag }) => tag === CHARACTER_SET)
    .flatMap(({ value }) => value?.split('\\') ?? []);
  const look = startLook(identity, charsets);
  const isAllowed = privateAllowance(identity);
  for (const element of elements) {
    const isPrivate = /^...[13579BDF]/.test(element.tag);
    if (isPrivate && !isAllowed(element)) return { kind: 'private element', at: placeOf(element) };
    const kind = element.value === undefined ? undefined : judge(look, element, element.value);
    if (kind) return { kind, at: placeOf(element) };
  }
  return undefined;
}

/** Everything that one look shares; `charsets`: those that the output announces. */
export function startLook(identity: Identity, charsets: readonly string[]): Look {
  const starts = [...identity.phrases].map((phrase) => phrase.split(' ', 1)[0] ?? '');
  return { identity, phraseStarts: new Set(starts), charsets, bytesLeft: MOST_BYTES_IN_ALL };
}

function judge(look: Look, element: ElementAgain, value: string): ResidueKind | undefined {
  if (isOurs(element, value)) return undefined;
  const { vr } = element;
  if (vr === 'UI') return findUid(look, element, value);
  if (vr === 'DA' || vr === 'DT') return findDate(look, element, value);
  if (vr === 'TM' || NUMERIC.has(vr)) return findNumber(look, element, value);
  return FREE.has(vr) ? findText(look, element, value) : findInBytes(look, element, value);
}

/** An element of a creator may stay where the profile says so; an empty one says nothing. */
function privateAllowance({ creators }: Identity): (element: ElementAgain) => boolean {
  const blocks = new Map<string, string>();
  return ({ tag, path, value }) => {
    const element = tag.slice(4);
    if (creators === undefined || value === '') return true;
    if (!element.startsWith('00')) return creators.has(blocks.get(`${path.join()} ${tag.slice(0, 6)}`) ?? '');
    const creator = (value ?? '').replace(/[ \0]+$/, '').trim();
    blocks.set(`${path.join()} ${tag.slice(0, 4)}${element.slice(2)}`, creator);
    return creators.has(creator);
  };
}

/** Our own stamps, which every object has. */
function isOurs({ tag, path }: ElementAgain, value: string): boolean {
  if (WRITER.has(tag)) return true;
  const text = value.trim();
  if (path.length === 0) return tag === METHOD && OUR_METHOD.test(text);
  return path.length === 1 && path[0] === METHOD_CODES && OUR_CODES.has(text);
}

const findUid: Judge = ({ identity }, { tag }, value) =>
  !identity.retained.has(tag) &&
  value.split('\\').some((uid) => identity.uids.has(uid.replace(/[ \0]+/g, '')))
    ? 'UID'
    : undefined;

const findDate: Judge = ({ identity }, { tag }, value) => {
  for (const part of value.split('\\')) {
    const plain = normalise(part).trim();
    if (identity.values.get(tag)?.has(plain)) return 'date';
    const date = dateOfValue(plain);
    if (date === undefined || identity.retained.has(tag)) continue;
    if (identity.dates.has(date) && !identity.moved.get(tag)?.has(date)) return 'date';
  }
  return undefined;
};

const findNumber: Judge = (look, { tag, vr }, value) => {
  const { identity } = look;
  for (const part of value.split('\\')) {
    const plain = normalise(part).replace(/\0+$/, '').trim();
    if (identity.values.get(tag)?.has(plain)) return 'value';
    if (!/^[\d+\-.e: ]*[dwmy]?$/.test(plain))
      return findInText(look, part, { tag, shortest: SHORTEST_IN_BYTES });
    if (vr === 'TM' || vr === 'AS') continue;
    for (const [number] of plain.matchAll(/\d{4,}/g))
      if (identity.numbers.has(number) && !identity.technicalNumbers.has(number)) return 'number';
  }
  return undefined;
};

/** A value that the vocabulary of its own attribute knows is nobody's; any other is read in every way it can be. */
const findText: Judge = (look, { tag, vr, keyword = '' }, value) => {
  const listed = look.identity.values.get(tag);
  for (const part of ONE_VALUE.has(vr) ? [value] : value.split('\\')) {
    const plain = part.replace(/[ \0]+$/, '').trim();
    if (NEUTRAL.has(plain.toLowerCase())) continue;
    for (const reading of readingsOf(part, look.charsets)) {
      if (listed?.has(normalise(reading).replace(/\0+$/, '').trim())) return 'value';
      if (isTechnical(keyword, vr, plain)) continue;
      const shortest = vr === 'CS' || vr === 'AE' ? SHORTEST_IN_BYTES : 2;
      const kind = findInText(look, reading, { tag, shortest });
      if (kind) return kind;
    }
  }
  return undefined;
};

/** Bytes of an unknown kind, and private ones: whatever text could stand in them. */
const findInBytes: Judge = (look, { tag }, value) => {
  if (value.length > MOST_BYTES || value.length > look.bytesLeft) return undefined;
  look.bytesLeft -= value.length;
  for (const reading of bytesReadingsOf(value)) {
    const kind = findInText(look, reading, { tag, shortest: SHORTEST_IN_BYTES });
    if (kind) return kind;
  }
  return undefined;
};

/** Where a text stands. */
interface Place {
  readonly tag: string;
  /** Shorter words of names are not looked for here. */
  readonly shortest: number;
}

/** What of the original stands in a text. */
export function findInText(look: Look, text: string, { tag, shortest }: Place): ResidueKind | undefined {
  const { identity } = look;
  const tokens = tokensOf(text);
  const kind = findPerson(identity, tokens, shortest);
  if (kind) return kind;
  if (identity.uids.size > 0 && findUidIn(identity, text)) return 'UID';
  if (identity.retained.has(tag)) return undefined;
  if (identity.dates.size > 0) for (const date of datesIn(text)) if (identity.dates.has(date)) return 'date';
  return findWords(look, tokens);
}

function findPerson(identity: Identity, { words, runs }: Tokens, shortest: number): ResidueKind | undefined {
  for (const word of words) {
    if (word.length >= shortest && identity.names.has(word)) return 'name';
    if (identity.numbers.has(word)) return 'number';
    for (const part of partsOf(word)) {
      if (part.length >= SHORTEST_IN_BYTES && identity.names.has(part)) return 'name';
      if (part.length >= SHORTEST_NUMBER && identity.numbers.has(part)) return 'number';
    }
  }
  if (identity.numbers.size > 0)
    for (const joined of joinedNumbers(words)) if (identity.numbers.has(joined)) return 'number';
  const pairs = identity.pairs.size > 0 ? runs : [];
  return pairs.some((run) => windowsOf(run, 2).some((pair) => identity.pairs.has(pair))) ? 'name' : undefined;
}

function findUidIn({ uids }: Identity, text: string): boolean {
  for (const [uid] of text.matchAll(/\d[\d.]{4,63}/g)) if (uids.has(uid.replace(/\.$/, ''))) return true;
  return false;
}

function findWords({ identity, phraseStarts }: Look, { words, runs }: Tokens): ResidueKind | undefined {
  for (const [at, word] of words.entries()) {
    if (identity.words.has(word)) return 'word';
    if (!phraseStarts.has(word)) continue;
    for (let count = 1; count <= MOST_PHRASE_WORDS && at + count <= words.length; count += 1)
      if (identity.phrases.has(words.slice(at, at + count).join(' '))) return 'value';
  }
  if (identity.runs.size === 0) return undefined;
  const found = runs.some(
    (run) => identity.runs.has(run) || windowsOf(run, 4).some((four) => identity.runs.has(four)),
  );
  return found ? 'word' : undefined;
}

/** By keywords, private and unknown ones by tag: no value stands in it. */
function placeOf({ path, tag, keyword }: ElementAgain): string {
  return [...path, keyword ?? `(${tag.slice(0, 4)},${tag.slice(4)})`].join('/');
}
