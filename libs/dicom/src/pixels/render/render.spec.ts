import { describe, expect, it } from 'vitest';
import type { HeaderValue } from '../frames/describe-pixels.js';
import type { Raster } from '../frames/decode-frame.js';
import { expandSegments } from './palette-segments.js';
import { toGrey8, toRgb8 } from './render.js';
import { storedValues } from './stored-values.js';

const words = (...values: number[]) => Buffer.from(new Uint16Array(values).buffer);
const text = (value: string): HeaderValue => ({ value: Buffer.from(value), littleEndian: true });
const raw = (value: Buffer): HeaderValue => ({ value, littleEndian: true });

function raster(some: Partial<Raster>): Raster {
  const bitsAllocated = some.bitsAllocated ?? 16;
  const bitsStored = some.bitsStored ?? bitsAllocated;
  return {
    rows: 1,
    columns: 4,
    samplesPerPixel: 1,
    bitsAllocated,
    bitsStored,
    highBit: bitsStored - 1,
    signed: false,
    numbers: 'integer',
    photometric: 'MONOCHROME2',
    values: new Map(),
    bytes: words(0, 10, 20, 30),
    ...some,
  };
}

const grey = (some: Partial<Raster>, window?: 'range') => [
  ...toGrey8(raster(some), window && { window }).data,
];

describe('stored values', () => {
  it('have no bits above the high bit, none below the stored ones, and their sign', () => {
    const bytes = words(0xf00f, 0x0ff8, 0x0800, 0x07ff);
    expect([...storedValues(raster({ bytes, bitsStored: 12 }))]).toEqual([0x00f, 0xff8, 0x800, 0x7ff]);
    expect([...storedValues(raster({ bytes, bitsStored: 12, signed: true }))]).toEqual([15, -8, -2048, 2047]);
    expect([...storedValues(raster({ bytes, bitsStored: 8, highBit: 11 }))]).toEqual([
      0x00, 0xff, 0x80, 0x7f,
    ]);
    const deep = Buffer.from(new Uint32Array([0xffffffff, 5]).buffer);
    expect([...storedValues(raster({ bytes: deep, bitsAllocated: 32 }))]).toEqual([0xffffffff, 5]);
    expect([...storedValues(raster({ bytes: deep, bitsAllocated: 32, signed: true }))]).toEqual([-1, 5]);
  });
});

describe('grey of many samples, which goes through a table,', () => {
  const side = 300;
  /** Each row has the least and the greatest value, so that a row by itself has the same range. */
  const ends = [0, 0x7fff, 0x8000, 0xffff, 0x7ff, 0x800, 0x7f, 0x80];
  const samples = (bytes: 1 | 2) => {
    const out = Buffer.alloc(side * side * bytes);
    for (let at = 0; at < side * side; at += 1) {
      const value = ends[at % side] ?? (at * 7919) & 0xffff;
      if (bytes === 2) out.writeUInt16LE(value, at * 2);
      else out[at] = value & 0xff;
    }
    return out;
  };
  const rowsOf = (bytes: Buffer) =>
    Array.from({ length: side }, (_, row) =>
      bytes.subarray((row * bytes.length) / side, ((row + 1) * bytes.length) / side),
    );

  it.each([
    ['8 bits', { bitsAllocated: 8, bytes: samples(1) }],
    ['8 bits with a sign', { bitsAllocated: 8, bytes: samples(1), signed: true }],
    ['16 bits', { bitsAllocated: 16, bytes: samples(2) }],
    [
      '12 of 16 bits with a sign, turned round',
      { bitsStored: 12, bytes: samples(2), signed: true, photometric: 'MONOCHROME1' },
    ],
    ['16 bits at an odd address', { bytes: Buffer.concat([Buffer.alloc(1), samples(2)]).subarray(1) }],
  ] as const)('is as that of few: %s', (_, some) => {
    const window = new Map([
      [0x00281050, text('100')],
      [0x00281051, text('180')],
      [0x00281053, text('0.5')],
    ]);
    for (const values of [window, new Map<number, HeaderValue>()]) {
      const whole = toGrey8(raster({ ...some, values, rows: side, columns: side })).data;
      const single = rowsOf(some.bytes).map(
        (bytes) => toGrey8(raster({ ...some, values, bytes, columns: 250 })).data,
      );
      // 250 of a row: fewer than the codes of 8 bits.
      expect(
        Buffer.concat(rowsOf(whole).map((row) => row.subarray(0, 250))).equals(Buffer.concat(single)),
      ).toBe(true);
    }
  });
});

describe('grey', () => {
  it('goes from the least to the greatest value without a window, turned round for MONOCHROME1', () => {
    expect(grey({})).toEqual([0, 85, 170, 255]);
    expect(grey({ photometric: 'MONOCHROME1' })).toEqual([255, 170, 85, 0]);
    expect(grey({ bytes: words(7, 7, 7, 7) })).toEqual([0, 0, 0, 0]);
  });

  it('follows the window after the rescale, unless the whole range is asked for', () => {
    const values = new Map([
      [0x00281050, text('10\\400')],
      [0x00281051, text('11\\800')],
      [0x00281052, text('-10 ')],
      [0x00281053, text('1')],
    ]);
    expect(grey({ values })).toEqual([0, 0, 140, 255]);
    expect(grey({ values }, 'range')).toEqual([0, 85, 170, 255]);
  });

  it('takes floating point numbers, and nonsense as black', () => {
    const bytes = Buffer.from(new Float32Array([0, Number.NaN, 0.5, 1]).buffer);
    expect(grey({ bytes, bitsAllocated: 32, numbers: 'float' })).toEqual([0, 0, 128, 255]);
  });

  it('of a colour is its luminance', () => {
    const bytes = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
    expect(grey({ bytes, bitsAllocated: 8, samplesPerPixel: 3, photometric: 'RGB' })).toEqual([
      76, 150, 29, 255,
    ]);
  });
});

describe('colour', () => {
  it('YBR becomes RGB, in full and studio range', () => {
    const full = Buffer.from([0, 128, 128, 255, 128, 128, 76, 85, 255, 150, 44, 21]);
    const rgb = toRgb8(
      raster({ bytes: full, bitsAllocated: 8, samplesPerPixel: 3, photometric: 'YBR_FULL' }),
    );
    expect([...rgb.data]).toEqual([0, 0, 0, 255, 255, 255, 254, 0, 0, 0, 255, 1]);
    const studio = Buffer.from([16, 128, 128, 235, 128, 128, 16, 128, 128, 235, 128, 128]);
    const partial = toRgb8(
      raster({ bytes: studio, bitsAllocated: 8, samplesPerPixel: 3, photometric: 'YBR_PARTIAL' }),
    );
    expect([...partial.data]).toEqual([0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255]);
  });

  it('of a palette is looked up from its first value on', () => {
    const channel = (tag: number, entries: number[]): [number, HeaderValue][] => [
      [tag, raw(words(entries.length, 10, 16))],
      [tag + 0x100, raw(words(...entries))],
    ];
    const values = new Map([
      ...channel(0x00281101, [0, 0xff00]),
      ...channel(0x00281102, [0x8000, 0]),
      ...channel(0x00281103, [0, 0]),
    ]);
    const picture = toRgb8(raster({ photometric: 'PALETTE COLOR', values, bytes: words(0, 10, 11, 500) }));
    expect([...picture.data]).toEqual([0, 128, 0, 0, 128, 0, 255, 0, 0, 255, 0, 0]);
  });

  it('of a palette in segments: steps, lines and repeated ones', () => {
    const segments = words(0, 2, 0x0100, 0x0300, 1, 2, 0x0500, 2, 1, 0, 0);
    expect([...(expandSegments(new Uint16Array(segments.buffer, segments.byteOffset, 11), 6) ?? [])]).toEqual(
      [0x0100, 0x0300, 0x0400, 0x0500, 0x0100, 0x0300],
    );
    const channels = [0x00281101, 0x00281102, 0x00281103].flatMap((tag): [number, HeaderValue][] => [
      [tag, raw(words(4, 0, 16))],
      [tag + 0x120, raw(words(1, 4, 0x4000))],
    ]);
    const values = new Map(channels);
    const picture = toGrey8(raster({ photometric: 'PALETTE COLOR', values, bytes: words(0, 1, 2, 3) }));
    expect([...picture.data]).toEqual([16, 32, 48, 64]);
    for (const bad of [
      [0, 9, 1],
      [1, 3],
      [7, 1, 1],
      [2, 1, 0, 0],
      [0, 0],
    ])
      expect(expandSegments(Uint16Array.from(bad), 4)).toBeUndefined();
  });

  it('that is not known is refused', () => {
    const cmyk = raster({
      samplesPerPixel: 4,
      bitsAllocated: 8,
      bytes: Buffer.alloc(16),
      photometric: 'CMYK',
    });
    for (const render of [toRgb8, toGrey8])
      expect(() => render(cmyk)).toThrow(expect.objectContaining({ code: 'DICOM_PIXELS_UNSUPPORTED' }));
    expect(() => toRgb8(raster({ photometric: 'PALETTE COLOR' }))).toThrow(
      expect.objectContaining({ code: 'DICOM_PIXELS_UNSUPPORTED' }),
    );
  });
});
