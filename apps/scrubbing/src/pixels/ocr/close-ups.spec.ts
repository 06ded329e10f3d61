import type { Picture } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { sheetsOf } from './close-ups.js';

const [WIDTH, HEIGHT] = [200, 100];
/** A picture of one shade with a bar of another. */
function bar(ground: number, ink: number): Picture {
  const data = Buffer.alloc(WIDTH * HEIGHT, ground);
  for (let y = 40; y < 50; y += 1) data.fill(ink, y * WIDTH + 60, y * WIDTH + 66);
  return { width: WIDTH, height: HEIGHT, channels: 1, data };
}
const line = { x: 50, y: 40, width: 40, height: 10 };

describe('close-ups of lines', () => {
  it.each([
    ['bright on dark', 20, 240],
    ['dark on bright', 230, 15],
    ['faint', 100, 130],
  ])('are black on white whatever they were: %s', (_, ground, ink) => {
    const [sheet] = sheetsOf(bar(ground, ink), [line]);
    const { data = Buffer.alloc(0) } = sheet?.picture ?? {};
    expect([data.includes(0), data.includes(255)]).toEqual([true, true]);
    const black = data.filter((shade) => shade < 128).length;
    // Six by ten pixels, four times as large.
    expect(black).toBeGreaterThan(0.8 * 60 * 16);
    expect(black).toBeLessThan(1.2 * 60 * 16);
  });

  it('come back to where they were', () => {
    const [sheet] = sheetsOf(bar(0, 255), [{ ...line, y: 10 }, line]);
    const { width = 0, data = Buffer.alloc(0) } = sheet?.picture ?? {};
    const at = data.indexOf(0);
    const box = { x: at % width, y: Math.floor(at / width), width: 24, height: 40 };
    const [word] = sheet?.toPicture([{ text: 'I', confidence: 90, box }]) ?? [];
    expect(word).toMatchObject({ text: 'I', confidence: 90, closeUp: 'even' });
    expect(Math.abs((word?.box.x ?? 0) - 60)).toBeLessThan(1);
    expect(Math.abs((word?.box.y ?? 0) - 40)).toBeLessThan(1);
    expect(word?.box).toMatchObject({ width: 6, height: 10 });
  });

  it.each(['even', 'steep', 'soft', 'large'] as const)('say how they were looked at: %s', (way) => {
    const [sheet] = sheetsOf(bar(0, 255), [line], way);
    const { width = 0, data = Buffer.alloc(0) } = sheet?.picture ?? {};
    const at = data.indexOf(0);
    const box = { x: at % width, y: Math.floor(at / width), width: 12, height: 20 };
    expect(sheet?.toPicture([{ text: 'I', confidence: 90, box }])).toMatchObject([
      { text: 'I', closeUp: way },
    ]);
  });

  it('show nothing of what stands between them', () => {
    const [sheet] = sheetsOf(bar(0, 255), [line]);
    const box = { x: 0, y: 0, width: 4, height: 4 };
    expect(sheet?.toPicture([{ text: 'I', confidence: 90, box }])).toEqual([]);
  });

  it('need as many sheets as they need, none of them larger than a tile, and none without lines', () => {
    const picture = bar(0, 255);
    expect(sheetsOf(picture, [])).toEqual([]);
    const sheets = sheetsOf(
      picture,
      Array.from({ length: 120 }, () => line),
    );
    expect(sheets.length).toBeGreaterThan(1);
    for (const { picture: one } of sheets) {
      expect(one.width).toBeLessThanOrEqual(1344);
      expect(one.height).toBeLessThanOrEqual(1344);
    }
  });
});
