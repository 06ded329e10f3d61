import type { Picture } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import type { FoundWord, TextFinders } from '../ocr/text-finder.js';
import { readTurned } from './read-turned.js';

const [WIDTH, HEIGHT] = [120, 60];
const BOX = { x: 10, y: 5, width: 40, height: 14 };

/** Stripes, as sharp as letters, in a box on black. */
function striped({ x, y, width, height }: FoundWord['box']): Picture {
  const data = Buffer.alloc(WIDTH * HEIGHT);
  for (let row = y; row < y + height; row += 1)
    for (let column = x; column < x + width; column += 4)
      data.fill(240, row * WIDTH + column, row * WIDTH + column + 2);
  return { width: WIDTH, height: HEIGHT, channels: 1, data };
}

/** Finds one word in every picture that is as high as ours is wide. */
function finding(word: FoundWord) {
  const shown: Picture[] = [];
  const finders: TextFinders = {
    find: (picture) => {
      shown.push(picture);
      return Promise.resolve(picture.height === WIDTH ? [word] : []);
    },
    close: () => Promise.resolve(),
  };
  return { shown, reading: { finders, chinese: false, sift: (words: readonly FoundWord[]) => words } };
}

const upright = (confidence: number): FoundWord => ({ text: 'LEFT', confidence, box: BOX });

describe('reading what is written sideways', () => {
  it('turns the picture both ways, once more where something is there, and tells where it lies', async () => {
    const { shown, reading } = finding({
      text: 'SMITH',
      confidence: 90,
      box: { x: 1, y: 2, width: 30, height: 12 },
    });
    const words = await readTurned(striped(BOX), [], reading);
    expect(shown).toHaveLength(4);
    for (const picture of shown) expect(picture).toMatchObject({ width: HEIGHT, height: WIDTH });
    const [up, down] = ['up', 'down'].map((runs) => words.find((word) => word.runs === runs)?.box);
    expect(up).toEqual({ x: 2, y: HEIGHT - 31, width: 12, height: 30 });
    expect(down).toEqual({ x: WIDTH - 14, y: 1, width: 12, height: 30 });
  });

  it('goes no further where too few letters are there', async () => {
    const { shown, reading } = finding({ text: 'OO', confidence: 90, box: BOX });
    expect(await readTurned(striped(BOX), [], reading)).toEqual([]);
    expect(shown).toHaveLength(2);
  });

  it('costs nothing where all that is sharp surely stands upright', async () => {
    const { shown, reading } = finding(upright(90));
    expect(await readTurned(striped(BOX), [upright(90)], reading)).toEqual([]);
    expect(shown).toEqual([]);
  });

  it.each([
    ['that nobody is sure of', upright(50)],
    ['of one letter', { ...upright(95), text: 'L' }],
    ['that is higher than wide', { ...upright(95), box: { ...BOX, width: 12 } }],
  ])('blanks no word %s', async (_, known) => {
    const { shown, reading } = finding({ text: 'OO', confidence: 90, box: BOX });
    await readTurned(striped(BOX), [known], reading);
    expect(shown).toHaveLength(2);
  });
});
