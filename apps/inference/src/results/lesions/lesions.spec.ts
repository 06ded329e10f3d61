import { describe, expect, it } from 'vitest';
import type { Spacing } from '../../input/spacing.js';
import { axesOf } from './axes.js';
import { lesionsOf } from './lesions.js';
import { outlineOf, simplified } from './outline.js';
import { partsOf, type Mask, type Part } from './parts.js';

const SQUARE: Spacing = { unit: 'pixel', row: 1, column: 1, from: 'none' };

/** A picture of dots and hashes. */
function maskOf(...rows: string[]): Mask {
  const data = Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0));
  return { width: rows[0]?.length ?? 0, height: rows.length, data };
}

const drawn = ({ box, data }: Part) =>
  Array.from({ length: box.height }, (_, y) =>
    [...data.subarray(y * box.width, (y + 1) * box.width)].map((one) => (one === 1 ? '#' : '.')).join(''),
  );

const only = (...rows: string[]): Part => {
  const [part] = partsOf(maskOf(...rows), 1);
  if (!part) throw new Error('no part');
  return part;
};

describe('parts', () => {
  it('touch by a side or a corner, and have no holes', () => {
    const parts = partsOf(maskOf('###....', '#.#..#.', '###.#..', '.......', '......#'), 9);
    expect(parts.map(drawn)).toEqual([['###', '###', '###'], ['.#', '#.'], ['#']]);
    expect(parts.map(({ box, area }) => [box.left, box.top, area])).toEqual([
      [0, 0, 9],
      [4, 1, 2],
      [6, 4, 1],
    ]);
  });

  it('of a bay that is open at a corner only are filled, as what cannot be reached by sides', () => {
    expect(only('.##', '#.#', '###').area).toBe(8);
    expect(only('..#', '#.#', '###').area).toBe(6);
  });

  it('are the largest ones, of equals the first', () => {
    const mask = maskOf('#.##.###.##', '...........', '###.......#');
    expect(partsOf(mask, 1).map(({ box }) => [box.left, box.top])).toEqual([[5, 0]]);
    expect(partsOf(mask, 2).map(({ box }) => [box.left, box.top])).toEqual([
      [5, 0],
      [0, 2],
    ]);
    expect(partsOf(maskOf('...'), 3)).toEqual([]);
  });

  it('of a net over a million pixels are one, its meshes filled', () => {
    const size = 1001;
    const isMesh = (at: number) => (at % size) % 2 === 1 && Math.floor(at / size) % 2 === 1;
    const data = new Uint8Array(size * size).map((_, at) => (isMesh(at) ? 0 : 1));
    expect(partsOf({ width: size, height: size, data }, 1)[0]?.area).toBe(size * size);
    const dots = data.map((one) => 1 - one);
    expect(partsOf({ width: size, height: size, data: dots }, 3).map(({ area }) => area)).toEqual([1, 1, 1]);
  });
});

describe('axes', () => {
  it('are the greatest distance of two pixels, and the extent across it, one pixel more each', () => {
    // The diagonal from (0.5, 0.5) to (4.5, 1.5).
    const { long, short, ends } = axesOf(only('#####', '#####'), SQUARE);
    expect(long).toBeCloseTo(Math.sqrt(17) + 1, 6);
    expect(short).toBeCloseTo(8 / Math.sqrt(17) + 1, 6);
    expect(ends).toEqual([
      { x: 0.5, y: 0.5 },
      { x: 4.5, y: 1.5 },
    ]);
  });

  it('of one pixel are the pixel', () => {
    expect(axesOf(only('.#.'), { ...SQUARE, unit: 'mm', row: 0.5, column: 2 })).toMatchObject({
      long: 2,
      short: 0.5,
    });
  });

  it('of oblong pixels are taken in millimetres', () => {
    // Eight columns of 0.25 mm are 2 mm, three rows of 1 mm are 3 mm.
    const tall = axesOf(only('########', '########', '########'), {
      unit: 'mm',
      row: 1,
      column: 0.25,
      from: 'pixel-spacing',
    });
    expect(tall.ends[0].y).not.toBe(tall.ends[1].y);
    const far = Math.hypot(7 * 0.25, 2);
    expect(tall.long).toBeCloseTo(far + 1 / Math.hypot((7 * 0.25) / far / 0.25, 2 / far), 6);
    const line = axesOf(only('########'), { unit: 'mm', row: 1, column: 0.25, from: 'pixel-spacing' });
    expect([line.long, line.short]).toEqual([2, 1]);
  });

  it('of a turned ellipse are its axes, within a pixel', () => {
    const size = 201;
    const data = Uint8Array.from({ length: size * size }, (_, at) => {
      const [dx, dy] = [(at % size) - 100, Math.floor(at / size) - 100];
      const [along, across] = [dx * 0.8 + dy * 0.6, dy * 0.8 - dx * 0.6];
      return (along / 90) ** 2 + (across / 30) ** 2 <= 1 ? 1 : 0;
    });
    const [part] = partsOf({ width: size, height: size, data }, 1);
    const { long, short } = axesOf(part as Part, SQUARE);
    expect(Math.abs(long - 180)).toBeLessThan(1.5);
    expect(Math.abs(short - 60)).toBeLessThan(1.5);
  });
});

describe('outlines', () => {
  const corners = (...rows: string[]) => outlineOf(only(...rows)).map(({ x, y }) => [x, y]);

  it('go around the sides of the pixels, clockwise', () => {
    expect(corners('...', '.#.')).toEqual([
      [2, 1],
      [2, 2],
      [1, 2],
      [1, 1],
    ]);
    expect(corners('##.', '.##').length).toBe(8);
  });

  it('take in what hangs by a corner', () => {
    expect(corners('#.', '.#')).toEqual([
      [1, 0],
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 2],
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
  });

  it('enclose as much as the part', () => {
    const part = only('..##..', '.####.', '######', '.#..##', '.#...#');
    expect(shoelace(outlineOf(part))).toBe(part.area);
  });

  it('are made simpler down to a number of corners', () => {
    const size = 200;
    const data = Uint8Array.from({ length: size * size }, (_, at) =>
      Math.hypot((at % size) - 100, Math.floor(at / size) - 100) < 90 ? 1 : 0,
    );
    const [part] = partsOf({ width: size, height: size, data }, 1);
    const line = outlineOf(part as Part);
    const few = simplified(line, 24);
    expect(few.length).toBeLessThanOrEqual(24);
    expect(few.length).toBeGreaterThan(8);
    expect(Math.abs(shoelace(few) / shoelace(line) - 1)).toBeLessThan(0.03);
    expect(simplified(outlineOf(only('#')), 64).length).toBe(4);
  });
});

describe('lesions', () => {
  const map = {
    width: 6,
    height: 3,
    data: Float32Array.from([0.9, 0.5, 0, 0, 0, 0, 0.7, 0.4, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0.6]),
  };
  const rule = { threshold: 0.5, parts: 'all', leastAreaPixels: 1 } as const;

  it('are the parts at or above the threshold, largest first, with their area and probability', () => {
    const found = lesionsOf(
      map,
      { outline: rule },
      { unit: 'mm', row: 2, column: 0.5, from: 'pixel-spacing' },
    );
    expect(found.map(({ areaPixels, area }) => [areaPixels, area])).toEqual([
      [3, 3],
      [2, 2],
    ]);
    expect(found[0]?.meanProbability).toBeCloseTo(0.7, 5);
    expect(found[0]?.peakProbability).toBeCloseTo(0.9, 5);
  });

  it('are only the largest part, and only a large enough one, where the contract says so', () => {
    expect(lesionsOf(map, { outline: { ...rule, parts: 'largest' } }, SQUARE).length).toBe(1);
    expect(lesionsOf(map, { outline: { ...rule, leastAreaPixels: 3 } }, SQUARE).length).toBe(1);
    expect(lesionsOf(map, { outline: { ...rule, leastAreaPixels: 4 } }, SQUARE)).toEqual([]);
  });
});

function shoelace(line: readonly { x: number; y: number }[]): number {
  const twice = line.reduce((sum, { x, y }, at) => {
    const next = line[(at + 1) % line.length] ?? { x, y };
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(twice / 2);
}
