import type { Picture, Rectangle } from '@sluice/dicom';
import { doubtedLines, hopefulLines } from '../judge/doubted-lines.js';
import type { Owner } from '../judge/judge-text.js';
import { turnedWords } from '../judge/turned-words.js';
import { sheetsOf } from '../ocr/close-ups.js';
import { asTheyAre } from '../ocr/passes.js';
import type { CloseUpWay, FoundWord, TextFinders } from '../ocr/text-finder.js';
import { isWriting } from './is-writing.js';
import { readTurned } from './read-turned.js';

/** Who reads, and in which languages. */
export interface Reading {
  readonly finders: TextFinders;
  readonly chinese: boolean;
}

/** They confirm or deny what was read before; what they alone see is noise. */
const MORE_WAYS: readonly CloseUpWay[] = ['steep', 'soft', 'large'];

/** The first look at a picture: all of it, and closely, in one way after another, where small print is in doubt; then what runs up or down it. Throws as TextFinder does. */
export async function readPicture(
  picture: Picture,
  owner: Owner,
  reading: Reading,
): Promise<readonly FoundWord[]> {
  const written = (word: FoundWord) => isWriting(picture, word);
  let words = (await reading.finders.find(picture, { chinese: reading.chinese })).filter(written);
  words = [...words, ...(await readClosely(picture, doubtedLines(words, owner), reading)).filter(written)];
  for (const way of MORE_WAYS) {
    const again = await readClosely(picture, hopefulLines(words, owner), { ...reading, way });
    const found = words;
    words = [
      ...words,
      ...again.filter((word) => written(word) && found.some((one) => liesOn(word.box, one.box))),
    ];
  }
  const sift = (found: readonly FoundWord[]) => turnedWords(found, owner);
  return [...words, ...(await readTurned(picture, words, { ...reading, sift }))];
}

/** Half of it, at least. */
function liesOn(box: Rectangle, other: Rectangle): boolean {
  const width = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
  const height = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
  return width > 0 && height > 0 && width * height >= 0.5 * box.width * box.height;
}

/** Reads lines of a picture once more, each enlarged by itself. Throws as TextFinder does. */
export async function readClosely(
  picture: Picture,
  lines: readonly Rectangle[],
  { finders, chinese, way }: Reading & { readonly way?: CloseUpWay },
): Promise<FoundWord[]> {
  const words: FoundWord[] = [];
  for (const sheet of sheetsOf(picture, lines, way))
    words.push(...sheet.toPicture(await finders.find(sheet.picture, { chinese, passes: asTheyAre })));
  return words;
}
