import type { Picture, Rectangle } from '@sluice/dicom';
import { lettersIn } from '../judge/letters-in.js';
import { joinHan } from '../judge/places.js';
import { moreTurnedPassesOf, turnedPassesOf } from '../ocr/passes.js';
import type { FoundWord } from '../ocr/text-finder.js';
import { boxSideways, SIDEWAYS, turnedUpright } from '../ocr/turns.js';
import { shadeAt } from '../shade-at.js';
import { isWriting } from './is-writing.js';
import type { Reading } from './read-picture.js';

/** Which readings of a picture that was turned upright are words. */
export type Sift = (words: readonly FoundWord[]) => readonly FoundWord[];

/** What stands upright for sure: read with so much confidence, of so many letters, and no higher than wide. */
const SURE = 70;
const FEWEST_LETTERS = 2;
/** Pixels around a word that are taken for its edge. */
const MARGIN = 3;
/** Steps of grey from a pixel to the next that letters have, and how many such pixels the fewest letters that are looked for. */
const EDGE = 24;
const FEWEST_EDGES = 48;
/** Fewer letters and digits are no hint that something is written. */
const HINT = 3;

/**
 * What is written up or down a picture in which `known` was read as it stands; boxes lie in the picture. It is turned by a quarter both ways,
 * without what surely stands upright: a picture in which nothing else is costs nothing. Throws as TextFinder does.
 */
export async function readTurned(
  picture: Picture,
  known: readonly FoundWord[],
  { finders, chinese, sift }: Reading & { readonly sift: Sift },
): Promise<FoundWord[]> {
  const rest = withoutUpright(picture, known);
  if (!hasEdges(rest)) return [];
  const words: FoundWord[] = [];
  for (const runs of SIDEWAYS) {
    const turned = turnedUpright(rest, runs);
    const written = (word: FoundWord) => isWriting(turned, word);
    const first = joinHan(await finders.find(turned, { chinese, passes: turnedPassesOf })).filter(written);
    if (!first.some(({ text }) => isHint(text))) continue;
    const more = await finders.find(turned, { chinese, passes: moreTurnedPassesOf });
    const found = sift([...first, ...joinHan(more).filter(written)]);
    words.push(...found.map((word) => ({ ...word, runs, box: boxSideways(word.box, runs, picture) })));
  }
  return words;
}

function isHint(text: string): boolean {
  return lettersIn(text) >= HINT || /\p{Script=Han}/u.test(text);
}

/** The picture with the ground around them in place of words that surely stand upright. */
function withoutUpright(picture: Picture, known: readonly FoundWord[]): Picture {
  const upright = known.filter(
    ({ text, confidence, box }) =>
      confidence >= SURE && box.width >= box.height && lettersIn(text) >= FEWEST_LETTERS,
  );
  if (upright.length === 0) return picture;
  const rest = { ...picture, data: Buffer.from(picture.data) };
  for (const { box } of upright) blank(rest, box);
  return rest;
}

function blank({ width, height, data }: Picture, box: Rectangle): void {
  const [left, top] = [Math.max(0, Math.floor(box.x) - MARGIN), Math.max(0, Math.floor(box.y) - MARGIN)];
  const right = Math.min(width, Math.ceil(box.x + box.width) + MARGIN);
  const bottom = Math.min(height, Math.ceil(box.y + box.height) + MARGIN);
  if (right <= left || bottom <= top) return;
  const counts = new Uint32Array(256);
  for (const y of [top, bottom - 1])
    for (const shade of data.subarray(y * width + left, y * width + right))
      counts[shade] = (counts[shade] as number) + 1;
  const ground = shadeAt(counts, right - left);
  for (let y = top; y < bottom; y += 1) data.fill(ground, y * width + left, y * width + right);
}

/** True where there are as many sharp edges as a few letters have. */
function hasEdges({ width, data }: Picture): boolean {
  let edges = 0;
  for (let at = width; at < data.length && edges < FEWEST_EDGES; at += 1) {
    const shade = data[at] as number;
    const left = at % width === 0 ? shade : (data[at - 1] as number);
    const above = data[at - width] as number;
    if (Math.abs(shade - left) >= EDGE || Math.abs(shade - above) >= EDGE) edges += 1;
  }
  return edges >= FEWEST_EDGES;
}
