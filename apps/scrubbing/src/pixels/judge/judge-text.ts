import type { Seeds } from '../../words/seeds.js';
import { clinicalHan, isClinicalWord } from '../../words/vocabulary.js';
import { fold, foldings } from '../../words/fold.js';
import { FORMS } from '../../words/clean-words.js';
import { KEEP_WORDS } from './keep-words.table.js';
import { skeletonOf, withUnits } from './look-alikes.js';
import type { Printed } from './printed.js';

/** Who may be written on an image. */
export interface Owner {
  readonly seeds: Seeds;
  readonly printed: Printed;
}

/**
 * What a reading is. `named`: it says who, or looks like it. `device`: the device says something of the image. `clinical`: an allowed word
 * that can be a name, too. `unknown`: anything else.
 */
export type Kind = 'named' | 'device' | 'clinical' | 'unknown';

const HAN = /\p{Script=Han}/u;
const PARTS = /[^\p{L}\p{M}\p{N}.,%|$!]+/u;
const EDGES = /^[.,%|$!]+|[.,%|$!]+$/g;
const NUMBER = /^\d{1,3}(?:[.,]\d{1,2})?$/;
const BARE = /^[\d.,]+$/;
/** A quantity and its number without a space: `TIS0.0`, `MI1.1`, `kVp120`; one letter and a number may be a number that was read badly. */
const QUANTITY = /^(\p{L}{2,7})(\d{1,4}(?:[.,]\d{1,3})?)$/u;
/** A number and its unit, as devices print it. */
const MEASURED =
  /^\d{1,4}(?:[.,]\d{1,3})?(?:mm2?|cm2?|m|ml|cc|kvp?|ma|mas|m?s|sec|min|[km]?h[z2]|db|t|m?gy|fps|mg|x|bpm|cm\/s|deg|%)$/;
/** Probes (`L12-5`, `C5-1`), sizes (`512x512`). */
const DEVICE_FORMS = /^(?:[a-z]{1,3}\d{1,2}-\d{1,2}[a-z]{0,3}|\d{1,4}x\d{1,4})$/;
/** Long, Page, Power: a word of the device may be a name beside another. */
const CAN_BE_A_NAME = /^\p{L}{4,}$/u;
/** Shorter words of the list must be read exactly: everything looks like something then. */
const SHORTEST_LOOK_ALIKE = 5;

const looks = new Set([...KEEP_WORDS].filter((word) => word.length >= 2).map(skeletonOf));

/** Judges one reading of one place. Chinese: a run (join-han.ts). */
export function kindOfText(read: string, owner: Owner): Kind {
  const text = withUnits(read);
  if (!owner.seeds.complete || (text !== read && isOfOwner(read, owner))) return 'named';
  const trimmed = fold(text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, ''));
  if (trimmed === '') return 'unknown';
  if (DEVICE_FORMS.test(trimmed)) return isOfOwner(text, owner) ? 'named' : 'device';
  const kinds = text
    .split(PARTS)
    .map((part) => part.replace(EDGES, (edge) => (edge.includes('%') ? '%' : '')))
    .filter((part) => part !== '' && part !== '%');
  if (kinds.filter((part) => BARE.test(part)).length > 1) return isOfOwner(text, owner) ? 'named' : 'unknown';
  return worst(kinds.map((part) => kindOfPart(part, owner)));
}

const ORDER: readonly Kind[] = ['named', 'unknown', 'clinical', 'device'];

function worst(kinds: readonly Kind[]): Kind {
  return ORDER.find((kind) => kinds.includes(kind)) ?? 'unknown';
}

function kindOfPart(part: string, owner: Owner): Kind {
  if (isOfOwner(part, owner)) return 'named';
  if (HAN.test(part)) return clinicalHan(part).join('') === part ? 'clinical' : 'unknown';
  const bare = part.replace(/%$/, '');
  if (NUMBER.test(bare)) return 'device';
  const word = fold(part);
  if (MEASURED.test(word)) return 'device';
  const [, quantity, number = ''] = QUANTITY.exec(part) ?? [];
  if (quantity && isKept(quantity) && NUMBER.test(number)) return 'device';
  if (isKept(part)) return CAN_BE_A_NAME.test(part) ? 'clinical' : 'device';
  if (FORMS.some((form) => form.test(word))) return 'device';
  return isClinical(word) ? 'clinical' : 'unknown';
}

function isKept(word: string): boolean {
  return KEEP_WORDS.has(word.toUpperCase()) || (word.length >= 2 && looks.has(skeletonOf(word)));
}

/** Single letters are heads of lists in descriptions; on an image they may be initials. */
function isClinical(word: string): boolean {
  if (word.length < 2) return false;
  return isClinicalWord(word) || (word.length >= SHORTEST_LOOK_ALIKE && isClinicalLook(word));
}

/** Look-alike signs put back, one kind at a time: `peluis`, `pe1vis`, `0vary`. */
const REPAIRS: readonly (readonly [RegExp, string])[] = [
  [/u/g, 'v'],
  [/v/g, 'u'],
  [/0/g, 'o'],
  [/[1|!]/g, 'l'],
  [/[1l|!]/g, 'i'],
  [/5/g, 's'],
  [/8/g, 'b'],
];

function isClinicalLook(word: string): boolean {
  return REPAIRS.some(([sign, letter]) => {
    for (const { index } of word.matchAll(sign))
      if (isClinicalWord(word.slice(0, index) + letter + word.slice(index + 1))) return true;
    return isClinicalWord(word.replace(sign, letter));
  });
}

function isOfOwner(text: string, { seeds, printed }: Owner): boolean {
  const digits = text.replace(/\D/g, '');
  // Three digits stand in many a number: they must be all that is there.
  if ((digits.length > 3 || digits === text) && seeds.numbers(digits)) return true;
  if (printed.isDay(text)) return true;
  if (HAN.test(text) && seeds.withoutNames(text) !== text) return true;
  return (text.match(/[\p{L}\p{M}\d|!$]+/gu) ?? []).some(
    (word) =>
      /\p{L}/u.test(word) &&
      (foldings(word).some((folded) => seeds.names(folded)) || printed.resemblesName(word)),
  );
}
