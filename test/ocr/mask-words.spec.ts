import type { Picture, Rectangle } from '@sluice/dicom';
import { boxesToMask } from '@sluice/scrubbing/pixels/judge/judge-words';
import type { Owner } from '@sluice/scrubbing/pixels/judge/judge-text';
import { gatherPrinted } from '@sluice/scrubbing/pixels/judge/printed';
import { readPicture } from '@sluice/scrubbing/pixels/look/read-picture';
import { openTextFinders } from '@sluice/scrubbing/pixels/ocr/text-finders';
import { gatherSeeds } from '@sluice/scrubbing/words/seeds';
import { afterAll, describe, expect, it } from 'vitest';
import { plantedFrame, type Planted, type Script } from './planted-frame.js';

const finders = openTextFinders(1);
afterAll(() => finders.close());

/** Nobody: what is masked is masked for what it is, not for whose it is. */
const nobody: Owner = { seeds: gatherSeeds(), printed: gatherPrinted() };

async function masksOf(picture: Picture): Promise<readonly Rectangle[]> {
  return boxesToMask(await readPicture(picture, nobody, { finders, chinese: false }), nobody);
}

/** Share of the bright pixels of a word that lie in masks. */
function hidden(picture: Picture, { box }: Planted, masks: readonly Rectangle[]): number {
  let [all, inside] = [0, 0];
  for (let y = Math.floor(box.y); y < box.y + box.height; y += 1)
    for (let x = Math.floor(box.x); x < box.x + box.width + 8; x += 1) {
      if ((picture.data[y * picture.width + x] ?? 0) < 128) continue;
      all += 1;
      if (masks.some((m) => x >= m.x && x < m.x + m.width && y >= m.y && y < m.y + m.height)) inside += 1;
    }
  return inside / Math.max(1, all);
}

async function shares(sizePx: number, script: Script, frames: readonly number[]) {
  const found: { text: string; share: number }[] = [];
  for (const seed of frames) {
    const { picture, planted } = await plantedFrame(sizePx, 40, { script, seed });
    const masks = await masksOf(picture);
    for (const word of planted) found.push({ text: word.text, share: hidden(picture, word, masks) });
  }
  return found;
}

const told = (what: string, words: readonly { text: string; share: number }[]) =>
  process.env['SLUICE_TEST_LIST'] === '1' &&
  process.stderr.write(
    `${what}: ${words.map(({ text, share }) => `${text} ${share.toFixed(2)}`).join(', ')}\n`,
  );

describe('names, numbers and dates of nobody known are hidden', () => {
  it.each([
    [24, 0.99],
    [18, 0.99],
    [13, 0.99],
    [12, 0.95],
    [11, 0.95],
    [10, 0.95],
    [9, 0.95],
  ])(
    'at %i px: %f of them',
    async (sizePx, recall) => {
      const words = await shares(sizePx, 'latin', [1, 2, 3]);
      const missed = words.filter(({ share }) => share < 0.9);
      told(`missed at ${sizePx} px of ${words.length}`, missed);
      expect(1 - missed.length / words.length).toBeGreaterThanOrEqual(recall);
    },
    180_000,
  );
});

describe('what devices print stays', () => {
  it.each([
    [18, 0.99],
    [13, 0.99],
    [11, 0.9],
    [9, 0.9],
  ])(
    'at %i px: %f of it',
    async (sizePx, kept) => {
      const words = await shares(sizePx, 'device', [1, 2, 3]);
      const masked = words.filter(({ share }) => share > 0.1);
      told(`masked at ${sizePx} px of ${words.length}`, masked);
      expect(1 - masked.length / words.length).toBeGreaterThanOrEqual(kept);
    },
    180_000,
  );
});
