import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { letterbox, letterboxBack, placementOf } from './letterbox.js';

function picture(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return (x * 7 + y * 13 + ((x * y) % 11) * 17) % 256;
  });
}

function placed(columns: number, rows: number, size: number) {
  const crop = { left: 0, top: 0, width: columns, height: rows };
  return placementOf({ columns, rows, crop, aspect: 1 }, size);
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('the letterbox', () => {
  // Digests of what sluice_trainer/letterbox.py makes of the same picture with Pillow: the square, and the way back cut at one half.
  it.each([
    {
      columns: 37,
      rows: 23,
      size: 16,
      box: [0, 3, 16, 10],
      square: '95395668eef9500e',
      back: 'b0c3e562d4040b93',
    },
    {
      columns: 23,
      rows: 37,
      size: 64,
      box: [12, 0, 40, 64],
      square: '9187edd6ec24b0c7',
      back: '8294631a298b100c',
    },
    {
      columns: 100,
      rows: 41,
      size: 64,
      box: [0, 19, 64, 26],
      square: '086bcfad3e28478a',
      back: '7f3d021c6650f1b7',
    },
    {
      columns: 512,
      rows: 300,
      size: 256,
      box: [0, 53, 256, 150],
      square: '44236655b7193b30',
      back: '6b151c2fc2542f88',
    },
    {
      columns: 16,
      rows: 16,
      size: 16,
      box: [0, 0, 16, 16],
      square: 'eb57a4d4306159e8',
      back: '4ba67fdb7dd10ace',
    },
  ])("of $columns x $rows in $size is the trainer's", ({ columns, rows, size, box, square, back }) => {
    const placement = placed(columns, rows, size);
    expect(Object.values(placement.box)).toEqual(box);
    const shown = letterbox(picture(columns, rows), placement);
    expect(digest(Uint8Array.from(shown))).toBe(square);
    const map = letterboxBack(
      shown.map((grey) => Math.fround(grey / 255)),
      placement,
    );
    expect(digest(Uint8Array.from(map, (value) => (value >= 0.5 ? 1 : 0)))).toBe(back);
  });

  it('reads as Pillow does, number by number', () => {
    expect([...letterbox(picture(6, 3), placed(6, 3, 4))]).toEqual([
      0, 0, 0, 0, 7, 24, 42, 59, 32, 84, 142, 195, 0, 0, 0, 0,
    ]);
    const placement = placed(3, 2, 6);
    const back = letterboxBack(letterbox(picture(3, 2), placement), placement);
    const golden = [3.632653, 11.160714, 19.448979, 13.673469, 32.94643, 52.408165];
    for (const [at, value] of golden.entries()) expect(back[at]).toBeCloseTo(value, 5);
  });

  it('gives pixels that are not square their true shape', () => {
    const crop = { left: 0, top: 0, width: 40, height: 20 };
    const { box } = placementOf({ columns: 40, rows: 20, crop, aspect: 2 }, 32);
    expect(box).toEqual({ left: 0, top: 0, width: 32, height: 32 });
    expect(placementOf({ columns: 40, rows: 20, crop, aspect: 1.005 }, 32).box.height).toBe(16);
  });

  it('brings a part back to where it was cut out', () => {
    const crop = { left: 2, top: 1, width: 4, height: 4 };
    const placement = placementOf({ columns: 8, rows: 6, crop, aspect: 1 }, 4);
    const map = letterboxBack(new Float32Array(16).fill(1), placement);
    const lit = [...map].flatMap((value, at) => (value === 1 ? [[at % 8, Math.floor(at / 8)]] : []));
    expect(lit.length).toBe(16);
    expect([lit[0], lit.at(-1)]).toEqual([
      [2, 1],
      [5, 4],
    ]);
  });
});
