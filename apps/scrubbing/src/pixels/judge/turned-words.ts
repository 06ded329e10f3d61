import type { FoundWord } from '../ocr/text-finder.js';
import { kindOfText, type Owner } from './judge-text.js';
import { lettersIn } from './letters-in.js';
import { sharedHeight } from './places.js';

/** By letters and digits: how sure a reader must be that something is written sideways. Measured on tissue, speckle and upright screens, of which nothing passes. */
const LEAST_CONFIDENCE = [101, 101, 101, 70, 60, 50] as const;
const LEAST_CONFIDENCE_LONG = 40;
/** A chance likeness to the person is no rarer in fewer. */
const SHORTEST_OWN = 4;
/** Pixels: lower print is not read sideways. */
const LEAST_HEIGHT = 7;
/** Beside what is surely written, with no more space than so many heights. */
const LEAST_CONFIDENCE_BESIDE = 30;
const WIDEST_SPACE = 1.5;

/**
 * Of the readings of a picture that was turned upright (boxes lie in that), those that are words. A picture that is turned wrongly shows tissue
 * and lying letters, of which readers make short words: only what is sure, long, or like the person counts, and what stands beside it.
 */
export function turnedWords(words: readonly FoundWord[], owner: Owner): FoundWord[] {
  const surely = words.filter((word) => isSurelyWritten(word, owner));
  return words.filter(
    (word) =>
      surely.includes(word) ||
      (word.confidence >= LEAST_CONFIDENCE_BESIDE && surely.some((one) => isBeside(one.box, word.box))),
  );
}

function isSurelyWritten({ text, confidence, box }: FoundWord, owner: Owner): boolean {
  if (box.height < LEAST_HEIGHT) return false;
  const signs = lengthOf(text);
  if (confidence >= (LEAST_CONFIDENCE[signs] ?? LEAST_CONFIDENCE_LONG)) return true;
  return signs >= SHORTEST_OWN && kindOfText(text, owner) === 'named';
}

/** In letters and digits; a Chinese character says as much as two. */
function lengthOf(text: string): number {
  return lettersIn(text) + (text.match(/\p{Script=Han}/gu)?.length ?? 0);
}

function isBeside(a: FoundWord['box'], b: FoundWord['box']): boolean {
  const gap = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
  return (
    sharedHeight(a, b) >= 0.5 * Math.max(a.height, b.height) &&
    gap <= WIDEST_SPACE * Math.min(a.height, b.height)
  );
}
