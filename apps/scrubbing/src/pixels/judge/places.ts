import type { Rectangle } from '@sluice/dicom';
import type { FoundWord } from '../ocr/text-finder.js';
import { skeletonOf } from './look-alikes.js';

/** One place of a picture with all that was read there, the surest reading first. */
export interface Place {
  readonly readings: readonly FoundWord[];
  /** Around all of them. */
  readonly box: Rectangle;
}

/** Places from left to right that stand beside each other, as far apart as they may be. */
export type Line = readonly Place[];

const HAN_ONLY = /^[\p{Script=Han}·・]+$/u;
/** Of the height: two words with more between them are not read as one text. */
const WIDEST_SPACE = 1.5;

/** Readings of the same place together, without those of a piece of a word that was read whole; a reading that covers several words joins none of them. */
export function placesOf(words: readonly FoundWord[]): Place[] {
  const places: { readings: FoundWord[]; box: Rectangle }[] = [];
  const told = words.filter((word) => !isToldBetter(word, words));
  const whole = told.filter((word) => !told.some((other) => isPiece(word, other)));
  for (const word of [...whole].sort((a, b) => b.confidence - a.confidence)) {
    const place = places.find(({ readings: [best] }) => best && isSame(best.box, word.box));
    if (!place) places.push({ readings: [word], box: word.box });
    else {
      place.readings.push(word);
      place.box = around(place.box, word.box);
    }
  }
  return places;
}

/** Places by lines, top to bottom. */
export function linesOf(places: readonly Place[]): Line[] {
  const lines: Place[][] = [];
  for (const place of [...places].sort((a, b) => a.box.x - b.box.x)) {
    const line = lines.find((one) => continues(one[one.length - 1] as Place, place));
    if (line) line.push(place);
    else lines.push([place]);
  }
  return lines;
}

/** True where two places of a line stand as close as the words of one phrase. */
export function areClose(left: Place, right: Place, spaces = 1): boolean {
  const height = Math.min(left.box.height, right.box.height);
  return right.box.x - (left.box.x + left.box.width) <= spaces * height;
}

/** OCR finds Chinese characters one by one: those in a row become one word, with what each of them was least sure of. */
export function joinHan(words: readonly FoundWord[]): FoundWord[] {
  const others = words.filter(({ text }) => !HAN_ONLY.test(text));
  const runs: FoundWord[] = [];
  for (const word of words.filter(({ text }) => HAN_ONLY.test(text)).sort((a, b) => a.box.x - b.box.x)) {
    const at = runs.findIndex((run) => followsAsHan(run, word));
    const run = runs[at];
    if (!run) runs.push(word);
    else
      runs[at] = {
        text: run.text + word.text,
        confidence: Math.min(run.confidence, word.confidence),
        box: around(run.box, word.box),
      };
  }
  return [...others, ...runs];
}

function followsAsHan(run: FoundWord, word: FoundWord): boolean {
  const gap = word.box.x - (run.box.x + run.box.width);
  const height = Math.max(run.box.height, word.box.height);
  return isBeside(run.box, word.box) && gap < height && gap > -0.4 * height;
}

function continues(last: Place, next: Place): boolean {
  return (
    isBeside(last.box, next.box) &&
    next.box.x >= last.box.x + last.box.width / 2 &&
    areClose(last, next, WIDEST_SPACE)
  );
}

/** At the same height: half of the lower one beside the other. */
function isBeside(a: Rectangle, b: Rectangle): boolean {
  const shared = sharedHeight(a, b);
  return shared >= 0.5 * Math.min(a.height, b.height) && shared >= 0.3 * Math.max(a.height, b.height);
}

/** A reader this sure of a word is not doubted by what another pass saw in a part of it. */
const SURE = 85;
const READ = 50;
const MUCH_SURER = 40;

/** Lies in a longer word, and says a part of what that says, or is less sure than that by far. */
function isPiece(piece: FoundWord, whole: FoundWord): boolean {
  if (whole.box.width < 1.2 * piece.box.width || !liesIn(piece.box, whole.box)) return false;
  const ahead = whole.confidence - piece.confidence;
  if ((whole.confidence >= SURE && ahead > 0) || ahead >= MUCH_SURER) return true;
  return lettersOf(whole.text).includes(lettersOf(piece.text));
}

/** `M12` where another pass read `IM` and `12`: two or more words in it are sure, and say all of it and more. */
function isToldBetter(word: FoundWord, words: readonly FoundWord[]): boolean {
  const inside = words
    .filter((one) => one !== word && one.confidence >= READ && one.box.width < 0.8 * word.box.width)
    .filter((one) => liesIn(one.box, word.box))
    .sort((a, b) => a.box.x - b.box.x);
  if (inside.length < 2) return false;
  const [all, own] = [inside.map(({ text }) => lettersOf(text)).join(''), lettersOf(word.text)];
  return all.length > own.length && all.includes(own);
}

function liesIn(inner: Rectangle, outer: Rectangle): boolean {
  const middle = inner.y + inner.height / 2;
  return (
    inner.x >= outer.x - 3 &&
    inner.x + inner.width <= outer.x + outer.width + 3 &&
    middle > outer.y &&
    middle < outer.y + outer.height &&
    inner.height <= 1.5 * outer.height
  );
}

function lettersOf(text: string): string {
  return skeletonOf(text.replace(/[^\p{L}\p{N}]+/gu, ''));
}

/** Each covers most of the other. */
function isSame(a: Rectangle, b: Rectangle): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = sharedHeight(a, b);
  if (width <= 0 || height <= 0) return false;
  return width * height >= 0.4 * Math.max(a.width * a.height, b.width * b.height);
}

/** How high two rectangles stand beside each other; negative where one ends above the other. */
export function sharedHeight(a: Rectangle, b: Rectangle): number {
  return Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
}

/** The smallest rectangle around two. */
export function around(a: Rectangle, b: Rectangle): Rectangle {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
