import { existsSync } from 'node:fs';
import { createTesseract } from '@sluice/scrubbing/pixels/ocr/text-finder-tesseract';
import type { FoundWord } from '@sluice/scrubbing/pixels/ocr/text-finder';
import { afterAll, describe, expect, it } from 'vitest';
import { plantedFrame, type Planted } from './planted-frame.js';

const CHINESE_FONT = '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf';
const noFont = !existsSync(CHINESE_FONT);
const english = createTesseract();
const chinese = createTesseract({ chinese: true });
afterAll(() => Promise.all([english.close(), chinese.close()]));

/** The middle of the word lies in a box of something that was read: a mask of that box hides it. */
function isCovered({ box }: Planted, words: readonly FoundWord[]): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height * 0.6];
  return words.some(
    ({ box: found }) =>
      x >= found.x && x <= found.x + found.width && y >= found.y - 2 && y <= found.y + found.height + 2,
  );
}

const shareOf = <T>(all: readonly T[], holds: (one: T) => boolean) => all.filter(holds).length / all.length;

describe('words planted in frames are found', () => {
  it.each([
    // Size, share found, share read letter by letter: small words are found better than they are read.
    [18, 0.99, 0.99],
    [13, 0.99, 0.99],
    [10, 0.95, 0.5],
    [9, 0.95, 0.2],
  ])(
    'at %i px',
    async (sizePx, recall, exact) => {
      const { picture, planted } = await plantedFrame(sizePx, 40);
      const found = await english.find(picture);
      const texts = new Set(found.map(({ text }) => text));
      expect(shareOf(planted, (word) => isCovered(word, found))).toBeGreaterThanOrEqual(recall);
      expect(shareOf(planted, ({ text }) => texts.has(text))).toBeGreaterThanOrEqual(exact);
    },
    120_000,
  );

  it.skipIf(noFont)(
    `in Chinese${noFont ? ' (skipped: the Droid Sans Fallback font is not here)' : ''}`,
    async () => {
      const { picture, planted } = await plantedFrame(20, 20, { script: 'chinese' });
      const found = await chinese.find(picture);
      expect(shareOf(planted, (word) => isCovered(word, found))).toBeGreaterThanOrEqual(0.95);
    },
    120_000,
  );
});

describe('a picture that cannot be read in time', () => {
  it('has a code, and the next one is read', async () => {
    const { picture, planted } = await plantedFrame(18, 8);
    const hasty = createTesseract({ timeoutMs: 1 });
    await expect(hasty.find(picture)).rejects.toMatchObject({ code: 'SCRUBBING_TEXT_UNREAD' });
    await hasty.close();
    const found = await english.find(picture);
    expect(planted.filter((word) => isCovered(word, found))).toHaveLength(8);
  }, 60_000);

  it('so has one that is not grey', async () => {
    const colour = { width: 1, height: 1, channels: 3, data: Buffer.alloc(3) } as const;
    await expect(english.find(colour)).rejects.toMatchObject({ code: 'SCRUBBING_TEXT_UNREAD' });
  });
});
