import { OPTION_CODES } from '../../profile/options.js';
import { COMMON_TERMS, TERMS } from '../../vocabulary/technical-vocabulary.table.js';
import { isClinicalWord } from '../../words/vocabulary.js';

/** Words shorter than this are everywhere; bytes. */
const SHORTEST_WORD = 4;
const MOST_VALUE_BYTES = 4096;
const WORD = /[A-Za-z0-9\x80-\xff]+/g;

/**
 * Words of our own stamps and of the vocabularies: bytes do not tell which attribute they are of, and a patient called Knee, or Siemens, must
 * not stop every knee. The second engine, which knows the attribute, looks for these too.
 */
const TECHNICAL_WORDS = new Set(
  [
    ...Object.values(TERMS),
    COMMON_TERMS,
    'Sluice basic Basic Application Confidentiality Profile SLUICE DEIDENTIFIED UNKNOWN REMOVED MODIFIED UNMODIFIED',
    ...Object.values(OPTION_CODES).map(([, meaning]) => meaning),
  ]
    .join('|')
    .match(WORD),
);

/**
 * Adds the words of a value as it is encoded, one character per byte. Of a name every word counts; of an institution or a number not those
 * that any description may have (Chest Clinic).
 */
export function addRawWords(words: Set<string>, value: Buffer, isName: boolean): void {
  for (const [word] of value.toString('latin1', 0, MOST_VALUE_BYTES).matchAll(WORD)) {
    if (word.length < SHORTEST_WORD || TECHNICAL_WORDS.has(word)) continue;
    if (isName || !isClinicalWord(word.toLowerCase())) words.add(word);
  }
}
