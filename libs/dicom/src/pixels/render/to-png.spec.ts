import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Picture } from './render.js';
import { blackedOut, toPng } from './to-png.js';

const grey: Picture = {
  width: 4,
  height: 3,
  channels: 1,
  data: Buffer.from([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]),
};
const wide: Picture = { width: 1024, height: 256, channels: 3, data: Buffer.alloc(1024 * 256 * 3, 90) };

describe('toPng', () => {
  it('holds the very pixels where the picture is small enough', async () => {
    const { png, width, height } = await toPng(grey, { maxSide: 512 });
    const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    expect([width, height, info.channels]).toEqual([4, 3, 1]);
    expect(data.equals(grey.data)).toBe(true);
  });

  it('scales a larger one down to the side that is asked for, and keeps its shape and colour', async () => {
    const { png, width, height } = await toPng(wide, { maxSide: 512 });
    const { channels, format } = await sharp(png).metadata();
    expect([width, height, channels, format]).toEqual([512, 128, 3, 'png']);
  });
});

describe('blackedOut', () => {
  it('blackens the rectangles, cut to the picture, and leaves the picture as it was', () => {
    const masked = blackedOut(grey, [
      { x: 1, y: 0, width: 2, height: 2 },
      { x: 3, y: 2, width: 99, height: 99 },
    ]);
    expect([...masked.data]).toEqual([0, 0, 0, 30, 40, 0, 0, 70, 80, 90, 100, 0]);
    expect(grey.data[1]).toBe(10);
  });

  it('blackens every channel of a colour picture', () => {
    const masked = blackedOut(wide, [{ x: 1023, y: 255, width: 1, height: 1 }]);
    expect([...masked.data.subarray(-6)]).toEqual([90, 90, 90, 0, 0, 0]);
  });
});
