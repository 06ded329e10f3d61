import { type ElementView, readText, vrOf } from '@sluice/dicom';
import { IDENTITY_TAGS } from '../residual/identity/listed-attributes.js';
import { foldings } from './fold.js';

/** Words and numbers of one object that say who: no text of it keeps them. */
export interface Seeds {
  /** True for a folded word of a name, or one that holds one. */
  names(word: string): boolean;
  /** Chinese characters without those of the names. */
  withoutNames(run: string): string;
  /** True for digits that stand in an identifier. */
  numbers(digits: string): boolean;
  /** False where more was said than is held: then nothing may be kept. */
  readonly complete: boolean;
}

/** For profiles that clean no text: nothing is kept by it. */
export const NO_SEEDS: Seeds = {
  names: () => true,
  withoutNames: () => '',
  numbers: () => true,
  complete: false,
};

/** Every word that is cleaned is compared with each of them. */
const MOST_SEEDS = 1000;
const MOST_VALUE_BYTES = 64 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;
const SHORTEST_NAME = 2;
/** A longer name is also looked for inside of words. */
const SHORTEST_INSIDE = 5;
const SHORTEST_NUMBER = 3;
/** A name of more words is no person's; bounds the pairs. */
const MOST_JOINED = 8;

const WORD = /[\p{L}\p{M}]+/gu;
const HAN = /\p{Script=Han}+/gu;
const DIGITS = /\d+/g;

/** True for a text that a name of the object stands in; also where not all names are known. */
export function holdsName(text: string, seeds: Seeds): boolean {
  if (!seeds.complete) return true;
  for (const [word] of text.matchAll(WORD))
    if (foldings(word).some((folded) => seeds.names(folded))) return true;
  for (const [run] of text.matchAll(HAN)) if (seeds.withoutNames(run) !== run) return true;
  return false;
}

/** Gathers what an object says about persons: every name of it, and the numbers of its identifiers. */
export function gatherSeeds(): Seeds & { note(element: ElementView): void } {
  const names = new Set<string>();
  const inside = new Set<string>();
  const han = new Set<string>();
  const numbers = new Set<string>();
  let complete = true;
  let readBytes = 0;

  function note({ tag, vr, value, charset }: ElementView): void {
    const isName = vr === 'PN' || vrOf(tag) === 'PN';
    if (!value || !(isName || IDENTITY_TAGS.has(tag))) return;
    readBytes += value.length;
    complete &&= value.length <= MOST_VALUE_BYTES && readBytes <= MOST_BYTES;
    if (!complete) return;
    const { text } = readText(value, isName ? 'PN' : vr, charset);
    if (isName) addName({ names, inside, han }, text);
    for (const digits of text.replace(/[\s./-]/g, '').match(DIGITS) ?? [])
      if (digits.length >= SHORTEST_NUMBER) numbers.add(digits);
    complete &&= names.size + numbers.size + han.size <= MOST_SEEDS;
  }

  return {
    note,
    names: (word) => names.has(word) || inside.values().some((name) => word.includes(name)),
    withoutNames: (run) => withoutPairs(run, han),
    numbers: (digits) =>
      digits.length >= SHORTEST_NUMBER && numbers.values().some((known) => known.includes(digits)),
    get complete() {
      return complete;
    },
  };
}

interface Names {
  readonly names: Set<string>;
  readonly inside: Set<string>;
  readonly han: Set<string>;
}

function addName({ names, inside, han }: Names, text: string): void {
  // Family and given name stand apart in the attribute and together in a text.
  for (const written of [text, text.replace(/[\s^]+/g, '')])
    for (const [run] of written.matchAll(HAN)) for (const pair of pairsOf([...run])) han.add(pair);
  for (const word of joined(text.match(WORD) ?? [])) {
    for (const folded of foldings(word)) {
      if (folded.length < SHORTEST_NAME) continue;
      names.add(folded);
      if (folded.length >= SHORTEST_INSIDE) inside.add(folded);
    }
  }
}

/** The words of a name, and each two of them as one: two that are clinical make a clinical compound. */
function joined(words: readonly string[]): readonly string[] {
  if (words.length > MOST_JOINED) return words;
  return [
    ...words,
    ...words.flatMap((one) => words.filter((other) => other !== one).map((other) => one + other)),
  ];
}

/** Each two characters of a name, so all of it; one character alone is in too many words. */
function pairsOf(characters: readonly string[]): string[] {
  return characters.slice(1).map((second, at) => `${characters[at]}${second}`);
}

/** Linear in the run, however many the names are. */
function withoutPairs(run: string, names: ReadonlySet<string>): string {
  const characters = [...run];
  const named = pairsOf(characters).map((pair) => names.has(pair));
  return characters.map((one, at) => (named[at - 1] || named[at] ? ' ' : one)).join('');
}
