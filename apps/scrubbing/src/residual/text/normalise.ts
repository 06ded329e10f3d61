/** How two texts are compared here; src/words has its own way, so that one fault does not blind both looks. */

const RUN = /[\p{L}\p{N}]+/gu;
/** Scripts that write no spaces between words. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々〇]+/gu;
const PARTS = /\p{N}+|\p{L}+/gu;
const UMLAUT = /[äöüåøæ]/g;
const SPELLED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe', æ: 'ae' };
const DIGITS = /^\d{1,32}$/;
const MOST_GROUPS = 6;
const SHORTEST_JOINED = 6;
const ASCII = /^[\x00-\x7f]*$/;

/** Without width, case and diacritics (Unicode NFKC, NFKD); ß is ss, syllables stay whole. */
export function normalise(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('ß', 'ss');
  return plain
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
}

/** The text as it may also be written: with `ue` for `ü`; nothing where it is the same. */
export function respelled(text: string): string | undefined {
  const lower = text.normalize('NFKC').toLowerCase();
  const spelled = lower.replace(UMLAUT, (letter) => SPELLED[letter] ?? letter);
  return spelled === lower ? undefined : spelled;
}

/** What stands in a text, normalised: words of letters and digits, and runs of scripts that are written without spaces. */
export interface Tokens {
  readonly words: readonly string[];
  readonly runs: readonly string[];
}

/** Cuts a text into words and runs. `Müller-王小明 P12` is muller, p12 and 王小明. */
export function tokensOf(text: string): Tokens {
  const words: string[] = [];
  const runs: string[] = [];
  for (const [run] of normalise(text).matchAll(RUN)) {
    if (ASCII.test(run)) {
      words.push(run);
      continue;
    }
    runs.push(...(run.match(DENSE) ?? []));
    words.push(
      ...run
        .replace(DENSE, ' ')
        .split(' ')
        .filter((word) => word !== ''),
    );
  }
  return { words, runs };
}

/** Letters and digits of a word apart, where it has both: `acc4711` is acc and 4711. */
export function partsOf(word: string): readonly string[] {
  const parts = word.match(PARTS) ?? [];
  return parts.length > 1 ? parts : [];
}

/** Numbers that are written in groups, together: two to six neighbouring groups that make six digits or more. */
export function* joinedNumbers(words: readonly string[]): Generator<string> {
  for (const [at, first] of words.entries()) {
    if (!DIGITS.test(first)) continue;
    let joined = first;
    for (const next of words.slice(at + 1, at + MOST_GROUPS)) {
      if (!DIGITS.test(next)) break;
      joined += next;
      if (joined.length >= SHORTEST_JOINED) yield joined;
    }
  }
}

/** Every `length` neighbouring characters. */
export function windowsOf(run: string, length: number): string[] {
  const characters = [...run];
  const count = characters.length - length + 1;
  return count < 1
    ? []
    : Array.from({ length: count }, (_, at) => characters.slice(at, at + length).join(''));
}
