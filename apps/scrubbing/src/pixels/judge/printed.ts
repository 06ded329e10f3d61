import { type ElementView, readText, vrOf } from '@sluice/dicom';
import { IDENTITY_TAGS } from '../../residual/identity/listed-attributes.js';
import { foldings } from '../../words/fold.js';
import { distance, skeletonOf } from './look-alikes.js';

/** What of one object may be printed on its image: names, institutions, days. Held while one object is looked at, nowhere else. */
export interface Printed {
  /** True for a word that is one of a name, or looks so like one that a bad reading may stand for it. */
  resemblesName(word: string): boolean;
  /** Institutions and departments, word by word as look-alikes (look-alikes.ts). */
  readonly phrases: readonly (readonly string[])[];
  /** True where Chinese is written in the header, or may be. */
  readonly chinese: boolean;
  /** True for a day and month of the header as `DD.MM` or `MM.DD`, which would pass for a measurement. */
  isDay(text: string): boolean;
}

const INSTITUTIONS = new Set([0x00080080, 0x00081010, 0x00081040, 0x00080092, 0x00321033, 0x00400243]);
const HAN = /\p{Script=Han}/u;
/** Specific Character Sets of Chinese (PS3.3 C.12.1.1.2). */
const CHINESE_SETS = /GB18030|GBK|IR 58/;
const WORD = /[\p{L}\p{M}]+/gu;
const MOST_NAMES = 1000;
const MOST_PHRASES = 100;
const MOST_DAYS = 1000;
const MOST_VALUE_BYTES = 64 * 1024;
const SHORTEST_NAME = 2;

/** Gathers it, element by element. */
export function gatherPrinted(): Printed & { note(element: ElementView): void } {
  const names = new Set<string>();
  const phrases: string[][] = [];
  const days = new Set<string>();
  let chinese = false;

  function note({ tag, vr, value, charset }: ElementView): void {
    if (!value || value.length === 0 || value.length > MOST_VALUE_BYTES) return;
    const standard = vrOf(tag);
    if (vr === 'DA' || vr === 'DT' || standard === 'DA') return noteDay(days, value.toString('latin1'));
    const isName = vr === 'PN' || standard === 'PN';
    if (!isName && !INSTITUTIONS.has(tag) && !IDENTITY_TAGS.has(tag)) return;
    const { text } = readText(value, isName ? 'PN' : vr, charset);
    chinese ||= HAN.test(text) || charset.some((set) => CHINESE_SETS.test(set));
    const words = text.match(WORD) ?? [];
    if (isName) noteName(names, words);
    else if (INSTITUTIONS.has(tag) && words.length > 0 && phrases.length < MOST_PHRASES)
      phrases.push(words.slice(0, 16).map(skeletonOf));
  }

  return {
    ...{ note, phrases },
    get chinese() {
      return chinese;
    },
    isDay: (text) => days.has(text.replace(',', '.')),
    resemblesName(word) {
      const look = skeletonOf(word);
      return names.has(look) || names.values().some((name) => areNear(name, look));
    },
  };
}

function noteName(names: Set<string>, words: readonly string[]): void {
  for (const word of words)
    for (const folded of foldings(word))
      if (folded.length >= SHORTEST_NAME && names.size < MOST_NAMES) names.add(skeletonOf(folded));
}

function noteDay(days: Set<string>, text: string): void {
  const [, month, day] = /^\d{4}(\d\d)(\d\d)/.exec(text) ?? [];
  if (!month || !day || days.size >= MOST_DAYS) return;
  days.add(`${day}.${month}`);
  days.add(`${month}.${day}`);
}

/** One letter in four to six apart, two in more: a name in small print may be read as a word that is allowed. */
function areNear(name: string, word: string): boolean {
  const shorter = Math.min(name.length, word.length);
  if (shorter < 4 || Math.abs(name.length - word.length) > 2) return false;
  const allowed = shorter < 7 ? 1 : 2;
  return distance(name, word, allowed) <= allowed;
}
