/**
 * Clean Descriptors (PS3.15 E.3.5) by rule: a word stays only if it is in the clinical vocabulary and in no name of this object; a number
 * only if it is short, alone or with a unit, and in no identifier. What identifies by its form (dates, telephone and record numbers,
 * addresses, whatever follows a title) goes first, as a whole. What cannot be shown to be clinical is left out.
 */
import { fold, foldings } from './fold.js';
import { withoutPatterns } from './patterns.js';
import type { Seeds } from './seeds.js';
import { clinicalHan, isClinicalWord } from './vocabulary.js';

const TOKEN = /\d+(?:[.,]\d+)?[\p{L}\p{M}\p{N}]*|[\p{L}\p{M}\p{N}]+/gu;
const HAN = /\p{Script=Han}/u;
const ASCII = /^[\x00-\x7f]*$/;
const BARE_NUMBER = /^\d+(?:[.,]\d+)?$/;
const SHORT_NUMBER = /^\d{1,3}(?:[.,]\d{1,2})?$/;
/** Signs that may stay between two words that do. */
const JOINT = /^[\s/,;:.()+&_=<>%*°-]{0,16}$/;
/** Numbers with their unit, vertebrae, weightings, dimensions, kernels, b-values, matrices. */
export const FORMS = [
  /^\d{1,3}(?:[.,]\d{1,3})?(?:mm2?|cm2?|µm|ml|cc|kv|kvp|kev|ma|mas|ms|s|sec|min|hz|khz|mhz|t|gy|mgy|mbq|mci|hu|fps|mg|ug|w|x|ph|b|ch)$/,
  /^(?:c[1-7]|t(?:h)?(?:[1-9]|1[0-2])|d(?:[1-9]|1[0-2])|l[1-5]|s[1-5]|bwk(?:[1-9]|1[0-2])|[hl]wk[1-7])$/,
  /^(?:t[12][wi]?|pd|[234]d|p[2-4]|b\d{1,4}|[bdhituq][a-z]?\d{2}[a-z]?|\d{2,3}x\d{2,3}|fl[23]d\d?|te\d{1,3}|tr\d{1,4}|ph\d{1,2})$/,
];
const LONGEST_WORD = 64;

/** The text without what may say who, or undefined where nothing of it is left. `exact`: all of it was understood (readText). */
export function cleanWords(text: string, seeds: Seeds, exact: boolean): string | undefined {
  if (!seeds.complete) return undefined;
  const known = exact
    ? text.normalize('NFC')
    : text.replace(/\S+/g, (word) => (ASCII.test(word) ? word : ' | '));
  const cleaned = withoutPatterns(known);
  const tokens = [...cleaned.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
  let out = '';
  let end = 0;
  let kept = -1;
  for (const [index, token] of tokens.entries()) {
    const numberBeside = [tokens[index - 1], tokens[index + 1]].some(
      (one) => one && BARE_NUMBER.test(one.text),
    );
    const words = keptOf(token.text, seeds, numberBeside);
    if (words === '') continue;
    const between = cleaned.slice(end, token.at);
    out += kept === index - 1 && JOINT.test(between) && index > 0 ? between : out === '' ? '' : ' ';
    out += words;
    end = token.at + token.text.length;
    kept = index;
  }
  return out === '' ? undefined : out.trim();
}

/** What of one token stays. */
function keptOf(token: string, seeds: Seeds, numberBeside: boolean): string {
  if (token.length > LONGEST_WORD && !HAN.test(token)) return '';
  if (HAN.test(token)) return keptHan(token, seeds, numberBeside);
  if (seeds.numbers(token.replace(/\D/g, ''))) return '';
  if (BARE_NUMBER.test(token)) return SHORT_NUMBER.test(token) && !numberBeside ? token : '';
  const word = fold(token);
  const clinical = isClinicalWord(word) || FORMS.some((form) => form.test(word));
  return clinical && !foldings(token).some((folded) => seeds.names(folded)) ? token : '';
}

/** Chinese text has no spaces: its terms are found one by one, and what is Latin or a number between them like any other token. */
function keptHan(token: string, seeds: Seeds, numberBeside: boolean): string {
  const parts = seeds
    .withoutNames(token)
    .split(/\s+|(?<=\p{Script=Han})(?=[^\p{Script=Han}\s])|(?<=[^\p{Script=Han}\s])(?=\p{Script=Han})/u);
  return parts
    .map((part) => (HAN.test(part) ? clinicalHan(part).join('') : part && keptOf(part, seeds, numberBeside)))
    .join('');
}
