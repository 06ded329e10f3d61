import type { NamedDataSet } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { firstRaster, madeObject, opened, words } from '../testing/made-input.js';
import { readNamed } from '@sluice/dicom';
import { displayGrey } from './display-grey.js';
import { stretch } from './stretch.js';
import { createHash } from 'node:crypto';

const WORDS = { BitsAllocated: [16], BitsStored: [16], HighBit: [15] };

async function shown(some: NamedDataSet): Promise<number[]> {
  const bytes = madeObject(some);
  return [...displayGrey(await firstRaster(bytes), await readNamed(opened(bytes)())).data];
}

const row = (values: Buffer, some: NamedDataSet = {}) =>
  shown({ ...WORDS, Rows: [1], Columns: [values.length / 2], PixelData: values, ...some });

describe('the modality transformation', () => {
  it('is slope and intercept', async () => {
    // 2v - 100: -100, 0, 100, 200; window 0..100 (LINEAR, centre 50.5, width 101).
    const ends = { WindowCenter: '50.5', WindowWidth: '101' };
    expect(
      await row(words(0, 50, 75, 150), { RescaleSlope: '2', RescaleIntercept: '-100', ...ends }),
    ).toEqual([0, 0, 128, 255]);
  });

  it('is a table where there is one, its ends going on', async () => {
    const item = { LUTDescriptor: [3, 10, 8], LUTData: words(0, 100, 50) };
    const window = { WindowCenter: '50.5', WindowWidth: '101' };
    expect(
      await row(words(0, 10, 11, 12, 99), { ModalityLUTSequence: [item], RescaleSlope: '9', ...window }),
    ).toEqual([0, 0, 255, 128, 128]);
  });

  it('of signed values finds a signed first entry', async () => {
    const item = { LUTDescriptor: [3, 0xffff, 8], LUTData: words(10, 20, 30) };
    expect(await row(words(-1, 0, 1), { PixelRepresentation: [1], ModalityLUTSequence: [item] })).toEqual([
      0, 128, 255,
    ]);
  });
});

describe('the values of interest', () => {
  it('LINEAR: (v - (c - 0.5)) / (w - 1) + 0.5', async () => {
    // c 4, w 5: up to 1.5 dark, above 5.5 bright, between (v - 3.5) / 4 + 0.5.
    expect(await row(words(1, 2, 3, 4, 5, 6), { WindowCenter: '4', WindowWidth: '5' })).toEqual([
      0, 32, 96, 159, 223, 255,
    ]);
  });

  it('LINEAR_EXACT: (v - c) / w + 0.5', async () => {
    const window = { WindowCenter: '4', WindowWidth: '4', VOILUTFunction: 'LINEAR_EXACT' };
    expect(await row(words(1, 2, 3, 4, 5, 6), window)).toEqual([0, 0, 64, 128, 191, 255]);
  });

  it('SIGMOID: 1 / (1 + exp(-4 (v - c) / w))', async () => {
    // 1 / (1 + e^2) = 0.1192, 1 / (1 + e^-2) = 0.8808.
    const window = { WindowCenter: '100', WindowWidth: '40', VOILUTFunction: 'SIGMOID' };
    expect(await row(words(80, 100, 120), window)).toEqual([30, 128, 225]);
  });

  it('of width 1 are a step; of width 0, or of an unknown function, none', async () => {
    expect(await row(words(4, 5), { WindowCenter: '5', WindowWidth: '1' })).toEqual([0, 255]);
    for (const window of [{ WindowWidth: '0' }, { WindowWidth: '5', VOILUTFunction: 'CUBIC' }])
      expect(await row(words(4, 5, 6), { WindowCenter: '5', ...window })).toEqual([0, 128, 255]);
  });

  it('are a table before they are a window, in the bits that it has', async () => {
    const item = { LUTDescriptor: [4, 1, 10], LUTData: words(0, 1023, 512, 256) };
    const values = await row(words(0, 1, 2, 3, 4, 5), {
      VOILUTSequence: [item],
      WindowCenter: '1',
      WindowWidth: '1',
    });
    expect(values).toEqual([0, 0, 255, 128, 64, 64]);
  });

  it('of a table that is cut are not used', async () => {
    const item = { LUTDescriptor: [9, 0, 8], LUTData: words(1, 2) };
    expect(await row(words(0, 1), { VOILUTSequence: [item] })).toEqual([0, 255]);
  });

  it('without either go from the least to the greatest value, padding aside and dark', async () => {
    expect(await row(words(0, 100, 150, 200), { PixelPaddingValue: [0] })).toEqual([0, 0, 128, 255]);
    const range = { PixelPaddingValue: [0], PixelPaddingRangeLimit: [100] };
    expect(await row(words(0, 100, 150, 200), range)).toEqual([0, 0, 0, 255]);
    const signed = { PixelRepresentation: [1], PixelPaddingValue: [0xf830] };
    expect(await row(words(-2000, -100, 0, 100), signed)).toEqual([0, 0, 128, 255]);
    expect(await row(words(7, 7), {})).toEqual([0, 0]);
  });
});

describe('the picture', () => {
  it('in 8-bit greys without a window is what it is', async () => {
    const plain = { Rows: [1], Columns: [3], PixelData: Buffer.from([40, 50, 90]) };
    expect(await shown(plain)).toEqual([40, 50, 90]);
    expect(await shown({ ...plain, RescaleSlope: '1', RescaleIntercept: '0' })).toEqual([40, 50, 90]);
    expect(await shown({ ...plain, RescaleSlope: '2' })).toEqual([0, 51, 255]);
    expect(await shown({ ...plain, WindowCenter: '65.5', WindowWidth: '51' })).toEqual([0, 51, 255]);
  });

  it('of MONOCHROME1 is turned round', async () => {
    expect(await row(words(0, 50, 100), { PhotometricInterpretation: 'MONOCHROME1' })).toEqual([255, 127, 0]);
  });

  it('of colours is their luminance: RGB, by plane, and YBR', async () => {
    const colour = { SamplesPerPixel: [3], Rows: [1], Columns: [2], PlanarConfiguration: [0] };
    const rgb = { ...colour, PhotometricInterpretation: 'RGB' };
    expect(await shown({ ...rgb, PixelData: Buffer.from([255, 0, 0, 80, 80, 80]) })).toEqual([76, 80]);
    const planes = { ...rgb, PlanarConfiguration: [1], PixelData: Buffer.from([255, 80, 0, 80, 0, 80]) };
    expect(await shown(planes)).toEqual([76, 80]);
    const ybr = {
      ...colour,
      PhotometricInterpretation: 'YBR_FULL',
      PixelData: Buffer.from([76, 85, 255, 90, 128, 128]),
    };
    expect(await shown(ybr)).toEqual([76, 90]);
    const half = {
      ...colour,
      PhotometricInterpretation: 'YBR_FULL_422',
      PixelData: Buffer.from([10, 200, 128, 128]),
    };
    expect(await shown(half)).toEqual([10, 200]);
  });

  it('of a palette is the luminance of its colours', async () => {
    const entry = { PaletteColorLookupTableDescriptor: [2, 5, 16] };
    const channel = (name: string, data: Buffer) => ({
      [`${name}PaletteColorLookupTableDescriptor`]: entry.PaletteColorLookupTableDescriptor,
      [`${name}PaletteColorLookupTableData`]: data,
    });
    const palette = {
      ...channel('Red', words(0xff00, 0x4000)),
      ...channel('Green', words(0, 0x4000)),
      ...channel('Blue', words(0, 0x4000)),
    };
    const values = { Rows: [1], Columns: [2], PixelData: Buffer.from([5, 6]) };
    expect(await shown({ PhotometricInterpretation: 'PALETTE COLOR', ...palette, ...values })).toEqual([
      76, 64,
    ]);
  });
});

describe('stretching', () => {
  it("is the trainer's, to the last bit", () => {
    const data = new Uint8Array(50 * 20);
    for (let at = 0; at < data.length; at += 1) {
      const [x, y] = [at % 50, Math.floor(at / 50)];
      data[at] = (((x * 7 + y * 13 + ((x * y) % 11) * 17) % 256) % 97) + 30;
    }
    const digest = createHash('sha256')
      .update(stretch(data, 128) ?? '')
      .digest('hex');
    expect(digest.slice(0, 16)).toBe('bf8d3449d9fdfe20');
  });

  it('leaves a picture of many greys alone and refuses a blank one', () => {
    const wide = Uint8Array.from([0, 128]);
    expect(stretch(wide, 128)).toBe(wide);
    expect([...(stretch(Uint8Array.from([10, 20, 30]), 128) ?? [])]).toEqual([0, 128, 255]);
    expect(stretch(Uint8Array.from([9, 9]), 128)).toBeUndefined();
  });
});
