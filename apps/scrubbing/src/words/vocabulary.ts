import { TERMS } from '../vocabulary/technical-vocabulary.table.js';
import { CHINESE, ENGLISH, GERMAN } from './clinical-words.table.js';
import { foldings } from './fold.js';

/** Shorter parts make a compound of anything. */
const SHORTEST_PART = 4;
const LONGEST_COMPOUND = 40;
const LONGEST_HAN = 12;

/** Terms of the standard that are first of all names. */
const NAMES = new Set(['ANN']);
const words = new Set(
  [ENGLISH, GERMAN, TERMS['BodyPartExamined'] ?? '', TERMS['Modality'] ?? '', TERMS['ViewPosition'] ?? '']
    .flatMap((list) => list.split(/[\s|]+/))
    .filter((word) => word !== '' && !NAMES.has(word))
    .flatMap(foldings),
);
const han = new Set(CHINESE.trim().split(/\s+/));

/** True for a clinical word, or one that is made of clinical words (`Oberbauchsonographie`); folded (fold.ts). */
export function isClinicalWord(word: string): boolean {
  return (
    words.has(word) ||
    (word.length >= 2 * SHORTEST_PART && word.length <= LONGEST_COMPOUND && isCompound(word))
  );
}

/** Two or more words, with an s between where German puts one. */
function isCompound(word: string): boolean {
  const reach = new Set([0]);
  for (let end = SHORTEST_PART; end <= word.length; end += 1) {
    for (let start = 0; start <= end - SHORTEST_PART; start += 1) {
      if (!reach.has(start) || !words.has(word.slice(start, end))) continue;
      reach.add(end);
      if (word[end] === 's') reach.add(end + 1);
      break;
    }
  }
  return reach.has(word.length) && !word.endsWith('ss');
}

/** Sides stay before a longer term, whatever stands before them. */
const SIDES = new Set('左右双');

/**
 * The clinical terms of a run of Chinese characters, longest first; what is between them is left out. Terms of one character in a row with
 * one that is no term are as likely parts of a name (左明, 李大中), and go with it.
 */
export function clinicalHan(run: string): string[] {
  const found: string[] = [];
  let row: Part[] = [];
  const endRow = (before: 'term' | 'end'): void => {
    const last = row.at(-1)?.text ?? '';
    if (row.every(({ term }) => term)) found.push(...row.map(({ text }) => text));
    else if (before === 'term' && SIDES.has(last)) found.push(last);
    row = [];
  };
  for (const part of partsOf(run)) {
    if (!isLong(part)) row.push(part);
    else {
      endRow('term');
      found.push(part.text);
    }
  }
  endRow('end');
  return found;
}

/** What is between the clinical terms of a run; a term of one character is taken as what is beside it. */
export function withoutClinicalHan(run: string): string[] {
  return partsOf(run)
    .map((part) => (isLong(part) ? ' ' : part.text))
    .join('')
    .split(' ')
    .filter((one) => one !== '');
}

interface Part {
  readonly text: string;
  readonly term: boolean;
}

/** What has more than one character is a term. */
function isLong({ text }: Part): boolean {
  return [...text].length > 1;
}

function partsOf(run: string): Part[] {
  const found: Part[] = [];
  const characters = [...run];
  for (let at = 0; at < characters.length;) {
    const length = longestTerm(characters, at);
    const step = Math.max(1, length);
    found.push({ text: characters.slice(at, at + step).join(''), term: length > 0 });
    at += step;
  }
  return found;
}

function longestTerm(characters: readonly string[], at: number): number {
  for (let length = Math.min(LONGEST_HAN, characters.length - at); length > 0; length -= 1)
    if (han.has(characters.slice(at, at + length).join(''))) return length;
  return 0;
}
