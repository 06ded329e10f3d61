import { describe, expect, it } from 'vitest';
import { readPng } from '../testing/read-png.js';
import { pngOf } from './png.js';

const WIDTH = 32;
const grey = (value: number) => [value, value, value];
const upTo = (count: number) => Array.from({ length: count }, (_, at) => grey(at % 256));
const YELLOW = [255, 220, 0];
const BLUE = [0, 0, 255];

describe('a picture as PNG', () => {
  it.each([
    ['of greys', 3, [...upTo(64)]],
    ['of every grey', 3, upTo(512)],
    ['of greys and one colour', 3, [...upTo(60), YELLOW, grey(7), YELLOW, grey(255)]],
    ['of one colour alone', 3, Array.from({ length: 64 }, () => YELLOW)],
    ['of every grey and a colour', 2, [...upTo(511), YELLOW]],
    ['of two colours', 2, [...upTo(62), YELLOW, BLUE]],
  ])('%s is what it was', (_what, colourType, pixels) => {
    const data = Buffer.from(pixels.flat());
    const png = pngOf({ width: WIDTH, height: pixels.length / WIDTH, data });
    expect(readPng(png)).toEqual({ colourType, rgb: data });
  });
});
