import { type ElementAction, type ElementView, vrOf } from '@sluice/dicom';
import { valuesOf } from '../values/dummy-values.js';
import { OPTION_CODES } from '../profile/options.js';
import { isClinicalWord } from '../words/vocabulary.js';
import { COMMON_TERMS, TERMS } from '../vocabulary/technical-vocabulary.table.js';
import { isWellKnownUid } from '../profile/uid-map.js';

/** Words shorter than this are everywhere; bytes. */
const SHORTEST_WORD = 4;
const SHORTEST_UID = 6;
/** A hostile object may hold millions of names: beyond this many words the rest is not looked for. */
const MOST_WORDS = 20_000;
const MOST_VALUE_BYTES = 4096;
/** Numbers beyond this count as possibly identifying; bytes. */
const MOST_KEPT_NUMBER_BYTES = 1024 * 1024;

const WORD = /[A-Za-z0-9\x80-\xff]+/g;

/** Besides every PN: who, where, when born, under which number (PS3.15 E.1, the direct identifiers). */
export const IDENTITY_TAGS = new Set([
  0x00080050, 0x00080080, 0x00080081, 0x00080092, 0x00080094, 0x00081040, 0x00100020, 0x00100021, 0x00100030,
  0x00101000, 0x00101001, 0x00101005, 0x00101040, 0x00101060, 0x00101090, 0x00102154, 0x00321032, 0x00321033,
  0x00380010, 0x00401010,
]);

/** Makers are called like people. */
const { Manufacturer: _makers, ...TECHNICAL_TERMS } = TERMS;
/** Words of our own stamps and of the vocabularies: a patient called Knee must not stop every knee. */
const TECHNICAL_WORDS = new Set(
  [
    ...Object.values(TECHNICAL_TERMS),
    COMMON_TERMS,
    'Sluice basic Basic Application Confidentiality Profile SLUICE DEIDENTIFIED UNKNOWN REMOVED MODIFIED UNMODIFIED',
    ...Object.values(OPTION_CODES).map(([, meaning]) => meaning),
  ]
    .join('|')
    .match(WORD),
);

/** What the original says about who it is, as it is encoded there. */
export interface IdentifyingWords {
  /** To be called for every element of the original with what was decided about it. */
  note(element: ElementView, action: ElementAction): void;
  readonly words: ReadonlySet<string>;
  readonly uids: ReadonlySet<string>;
  /** Numbers that were kept as technical (DS, IS), as they are encoded. */
  readonly keptNumbers: readonly Buffer[];
}

/** Of a name every word counts; of an institution or a number not those that any description may have (Chest Clinic). */
function addWords(words: Set<string>, value: Buffer, isName: boolean): void {
  for (const [word] of value.toString('latin1').matchAll(WORD)) {
    if (word.length < SHORTEST_WORD || TECHNICAL_WORDS.has(word) || words.size >= MOST_WORDS) continue;
    if (isName || !isClinicalWord(word.toLowerCase())) words.add(word);
  }
}

/** Gathers the words that must not stand in the output. */
export function gatherIdentifyingWords(): IdentifyingWords {
  const words = new Set<string>();
  const uids = new Set<string>();
  const keptUids = new Set<string>();
  const keptNumbers: Buffer[] = [];
  let keptBytes = 0;

  function noteNumber(value: Buffer): void {
    keptBytes += value.length;
    if (keptBytes <= MOST_KEPT_NUMBER_BYTES) keptNumbers.push(value);
  }

  /** A UID that the profile retains in one place is no leak in another. */
  function noteUids(value: Buffer, kept: boolean): void {
    for (const uid of valuesOf(value)) {
      if (uid.length < SHORTEST_UID || isWellKnownUid(uid) || uids.size >= MOST_WORDS) continue;
      if (kept) keptUids.add(uid);
      if (kept) uids.delete(uid);
      else if (!keptUids.has(uid)) uids.add(uid);
    }
  }

  function note(element: ElementView, action: ElementAction): void {
    const { tag, vr, value } = element;
    if (!value || value.length === 0) return;
    if (action.do === 'keep' && (vr === 'DS' || vr === 'IS')) noteNumber(value);
    if (value.length > MOST_VALUE_BYTES) return;
    const kept = action.do === 'keep';
    if (vr === 'UI' && (tag >>> 16 !== 2 || tag === 0x00020003)) return noteUids(value, kept);
    const isName = vr === 'PN' || vrOf(tag) === 'PN';
    // What the profile retains (an institution) is not looked for; a person's name in it still is.
    if (!kept && (isName || IDENTITY_TAGS.has(tag))) addWords(words, value, isName);
  }

  return { note, words, uids, keptNumbers };
}
