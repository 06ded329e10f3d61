import { describe, expect, it } from 'vitest';
import type { FoundWord } from './text-finder.js';
import { boxSideways, boxUpright, SIDEWAYS, turnedUpright, uprightWords } from './turns.js';

/** Two rows of three shades. */
const picture = { width: 3, height: 2, channels: 1, data: Buffer.from([1, 2, 3, 4, 5, 6]) } as const;

describe('a picture that is turned upright', () => {
  it.each([
    ['up', [4, 1, 5, 2, 6, 3]],
    ['down', [3, 6, 2, 5, 1, 4]],
  ] as const)('shows as upright what runs %s', (runs, shades) => {
    const turned = turnedUpright(picture, runs);
    expect(turned).toMatchObject({ width: 2, height: 3, channels: 1 });
    expect([...turned.data]).toEqual(shades);
  });

  it.each(SIDEWAYS)('shows a box of what runs %s where its pixels are, and gives it back', (runs) => {
    const turned = turnedUpright(picture, runs);
    const box = { x: 1, y: 0, width: 2, height: 1 };
    const upright = boxUpright(box, runs, picture);
    expect(upright).toMatchObject({ width: 1, height: 2 });
    const shown = [upright.y, upright.y + 1].map((y) => turned.data[y * turned.width + upright.x]);
    expect(shown.sort()).toEqual([2, 3]);
    expect(boxSideways(upright, runs, picture)).toEqual(box);
    expect(boxSideways(boxUpright(box, runs), runs)).toEqual(box);
  });
});

describe('words that run one way', () => {
  it('lie to each other as they are read, from left to right', () => {
    const word = (text: string, y: number, runs?: FoundWord['runs']): FoundWord => ({
      ...{ text, confidence: 90, box: { x: 5, y, width: 10, height: 30 } },
      ...(runs && { runs }),
    });
    const words = [
      word('upright', 0),
      word('first', 80, 'up'),
      word('second', 40, 'up'),
      word('other', 0, 'down'),
    ];
    const [first, second, ...more] = uprightWords(words, 'up');
    expect(more).toEqual([]);
    expect(first?.box).toMatchObject({ width: 30, height: 10 });
    expect((second?.box.x ?? 0) - (first?.box.x ?? 0)).toBe(40);
    expect(second?.box.y).toBe(first?.box.y);
    expect(uprightWords(words)).toEqual([words[0]]);
  });
});
