import type { Picture, Rectangle } from '@sluice/dicom';
import { doubtedLines } from '../judge/doubted-lines.js';
import type { Owner } from '../judge/judge-text.js';
import { sheetsOf } from '../ocr/close-ups.js';
import { asTheyAre } from '../ocr/passes.js';
import type { FoundWord, TextFinders } from '../ocr/text-finder.js';
import { isWriting } from './is-writing.js';

/** Who reads, and in which languages. */
export interface Reading {
  readonly finders: TextFinders;
  readonly chinese: boolean;
}

/** The first look at a picture: all of it, and closely where small print is in doubt. Throws as TextFinder does. */
export async function readPicture(
  picture: Picture,
  owner: Owner,
  reading: Reading,
): Promise<readonly FoundWord[]> {
  const written = (word: FoundWord) => isWriting(picture, word);
  const words = (await reading.finders.find(picture, { chinese: reading.chinese })).filter(written);
  const closely = await readClosely(picture, doubtedLines(words, owner), reading);
  return [...words, ...closely.filter(written)];
}

/** Reads lines of a picture once more, each enlarged by itself. Throws as TextFinder does. */
export async function readClosely(
  picture: Picture,
  lines: readonly Rectangle[],
  { finders, chinese }: Reading,
): Promise<FoundWord[]> {
  const words: FoundWord[] = [];
  for (const sheet of sheetsOf(picture, lines))
    words.push(...sheet.toPicture(await finders.find(sheet.picture, { chinese, passes: asTheyAre })));
  return words;
}
