import type { Picture } from '@sluice/dicom';
import { expect, it } from 'vitest';
import type { FoundWord } from '../ocr/text-finder.js';
import { followText } from './follow-text.js';

const WIDTH = 640;
const HEIGHT = 480;
/** Bright squares at places. */
function picture(...places: [x: number, y: number][]): Picture {
  const data = Buffer.alloc(WIDTH * HEIGHT);
  for (const [x, y] of places)
    for (let row = y; row < y + 10; row += 1) data.fill(255, row * WIDTH + x, row * WIDTH + x + 20);
  return { width: WIDTH, height: HEIGHT, channels: 1, data };
}

/** Reads a square as a word, and notes how large the pictures were. */
function reader() {
  const sizes: string[] = [];
  const read = async ({ width, height, data }: Picture): Promise<FoundWord[]> => {
    sizes.push(`${width}x${height}`);
    const words: FoundWord[] = [];
    for (let at = 0; at < data.length; at += 1) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const first = data[at] === 255 && data[at - 1] !== 255 && data[at - width] !== 255;
      if (first) words.push({ text: 'word', confidence: 90, box: { x, y, width: 20, height: 10 } });
    }
    return words;
  };
  return { sizes, follow: followText(read) };
}
const placesOf = (words: readonly FoundWord[]) => words.map(({ box }) => `${box.x},${box.y}`).sort();

it('a frame like the one before is not read again, and noise makes no other frame of it', async () => {
  const { sizes, follow } = reader();
  const first = await follow(picture([50, 50]));
  const noisy = picture([50, 50]);
  noisy.data[5] = 20;
  expect(await follow(noisy)).toBe(first);
  expect(sizes).toEqual(['640x480']);
});

it('of another frame the part that changed is read, with what stood there before', async () => {
  const { sizes, follow } = reader();
  await follow(picture([50, 50], [400, 300]));
  const words = await follow(picture([50, 50], [400, 340]));
  expect(placesOf(words)).toEqual(['400,340', '50,50']);
  expect(sizes[1]).not.toBe('640x480');
});

it('changes too small to see do not add up unseen', async () => {
  const { sizes, follow } = reader();
  const frame = picture([50, 50]);
  for (let step = 0; step < 6; step += 1) {
    const next = picture([50, 50]);
    next.data.fill(step * 20, 0, 300);
    await follow(next);
  }
  expect(sizes.length).toBeGreaterThan(1);
  expect(frame.width).toBe(WIDTH);
});

it('a frame of another size is read whole', async () => {
  const { sizes, follow } = reader();
  await follow(picture([50, 50]));
  await follow({ width: 64, height: 64, channels: 1, data: Buffer.alloc(64 * 64) });
  expect(sizes).toEqual(['640x480', '64x64']);
});
