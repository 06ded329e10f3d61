import type { Rectangle } from '@sluice/dicom';
import type { FoundWord } from '../ocr/text-finder.js';
import { kindOfText, type Owner } from './judge-text.js';
import { isHarmless, kindOfPlace, withoutMisread } from './kind-of-place.js';
import { around, joinHan, linesOf, type Place, placesOf } from './places.js';

/** Letters of more than this many pixels are read well as they are; of less nobody reads them. */
const HIGHEST = 24;
const LOWEST = 4;
/** A reader this sure of a word reads nothing else in it when it looks closer. */
const SURE = 90;
const MOST_LINES = 120;

/** Lines of small print in which something was read that nobody knows, and not surely: a closer look may tell that a device wrote it. */
export function doubtedLines(words: readonly FoundWord[], owner: Owner): Rectangle[] {
  return areasOf(
    withoutMisread(words, owner),
    (place) => isUnsure(place) && kindOfPlace(place, owner) === 'unknown',
  );
}

/** Of those, the lines in which some reading of what is in doubt might stay: yet another way to look may confirm it. */
export function hopefulLines(words: readonly FoundWord[], owner: Owner): Rectangle[] {
  return areasOf(
    withoutMisread(words, owner),
    (place) =>
      isUnsure(place) &&
      kindOfPlace(place, owner) === 'unknown' &&
      place.readings.some(({ text }) => isHarmless(kindOfText(text, owner))),
  );
}

/** All lines of small print. */
export function linesOfSmallPrint(words: readonly FoundWord[]): Rectangle[] {
  return areasOf(words, () => true);
}

function areasOf(words: readonly FoundWord[], isDoubted: (place: Place) => boolean): Rectangle[] {
  return linesOf(placesOf(joinHan(words)))
    .filter((line) => line.some((place) => isSmallPrint(place) && isDoubted(place)))
    .map((line) => line.map(({ box }) => box).reduce(around))
    .slice(0, MOST_LINES);
}

function isSmallPrint({ box: { height } }: Place): boolean {
  return height <= HIGHEST && height >= LOWEST;
}

function isUnsure({ readings }: Place): boolean {
  return readings.every(({ confidence }) => confidence < SURE);
}
