import { describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import type { NamedDataSet } from '@sluice/dicom';
import { modelFrames, readInput, type ModelFrame } from './read-input.js';
import { contractOf, madeObject, NO_CODECS, opened } from './testing/made-input.js';

const shipped = contractOf('breast-us');
const contract = {
  ...shipped,
  fits: { ...shipped.fits, frames: 'each' as const, leastSidePixels: 1 },
  input: { ...shipped.input, letterbox: { ...shipped.input.letterbox, size: 16 } },
};

async function framesOf(some: NamedDataSet): Promise<ModelFrame[]> {
  const open = opened(madeObject(some));
  const input = await readInput(open, contract);
  if (typeof input === 'string') throw new Error(input);
  return Array.fromAsync(modelFrames(open, input, { contract, codecs: NO_CODECS }));
}

describe('an object', () => {
  it('that no model applies to is answered with the reason', async () => {
    expect(await readInput(opened(madeObject({ Modality: 'CT' })), contract)).toBe('modality');
  });

  it('that is cut is an error', async () => {
    await expect(readInput(opened(madeObject().subarray(0, -3)), contract)).rejects.toMatchObject({
      code: 'DICOM_MALFORMED',
    });
  });

  it('of several frames is read frame by frame, each with its own values', async () => {
    const [first, second, ...more] = await framesOf({
      NumberOfFrames: '2',
      PixelData: Buffer.from([0, 50, 100, 255, 0, 50, 100, 255, 9, 9, 9, 9, 9, 9, 9, 9]),
      PerFrameFunctionalGroupsSequence: [
        { PixelMeasuresSequence: [{ PixelSpacing: '0.5\\0.5' }] },
        {
          PixelMeasuresSequence: [{ PixelSpacing: '0.7\\0.7' }],
          FrameVOILUTSequence: [{ WindowCenter: '9', WindowWidth: '1' }],
        },
      ],
    });
    expect(more).toEqual([]);
    expect([first?.index, second?.index]).toEqual([0, 1]);
    expect([first?.spacing.row, second?.spacing.row]).toEqual([0.5, 0.7]);
    expect([...(first?.grey.data ?? [])]).toEqual([0, 50, 100, 255, 0, 50, 100, 255]);
    expect(first?.image?.length).toBe(256);
    // A blank frame is shown to nobody.
    expect([first?.unshown, second?.image, second?.unshown]).toEqual([undefined, undefined, 'blank']);
  });

  it('in which flow is drawn in colour is not shown, a coloured mark is let in', async () => {
    const coloured = async (count: number) => {
      const pixels = Array.from({ length: 100 }, (_, at) => (at < count ? [200, 20, 20] : [at, at, at]));
      const [frame] = await framesOf({
        SamplesPerPixel: [3],
        PhotometricInterpretation: 'RGB',
        PlanarConfiguration: [0],
        Rows: [10],
        Columns: [10],
        PixelData: Buffer.from(pixels.flat()),
      });
      return { unshown: frame?.unshown, shown: frame?.image !== undefined };
    };
    expect(await coloured(2)).toEqual({ unshown: undefined, shown: true });
    expect(await coloured(3)).toEqual({ unshown: 'coloured', shown: false });
  });

  it('with an ultrasound region shows the model that region alone', async () => {
    const [frame] = await framesOf({
      Rows: [4],
      Columns: [4],
      PixelData: Buffer.from([255, 255, 255, 255, 255, 0, 200, 255, 255, 200, 0, 255, 255, 255, 255, 255]),
      SequenceOfUltrasoundRegions: [
        {
          RegionSpatialFormat: [1],
          RegionDataType: [1],
          RegionLocationMinX0: [1],
          RegionLocationMinY0: [1],
          RegionLocationMaxX1: [2],
          RegionLocationMaxY1: [2],
          PhysicalUnitsXDirection: [3],
          PhysicalUnitsYDirection: [3],
          PhysicalDeltaX: [0.01],
          PhysicalDeltaY: [0.01],
        },
      ],
    });
    expect(frame?.placement.crop).toEqual({ left: 1, top: 1, width: 2, height: 2 });
    expect(frame?.spacing).toEqual({ unit: 'mm', row: 0.1, column: 0.1, from: 'ultrasound-region' });
    expect(frame?.image?.[0]).toBe(0);
    expect(frame?.grey.data[0]).toBe(255);
  });

  it('with any byte changed is read, refused or an error of ours', async () => {
    const whole = madeObject({
      WindowCenter: '4',
      WindowWidth: '5',
      PixelSpacing: '0.5\\0.5',
      VOILUTSequence: [{ LUTDescriptor: [4, 1, 10], LUTData: Buffer.from([0, 0, 255, 3, 0, 2, 0, 1]) }],
      SequenceOfUltrasoundRegions: [
        { RegionSpatialFormat: [1], RegionDataType: [1], RegionLocationMinX0: [0] },
      ],
    });
    const outcomes = new Set<string>();
    for (let at = 132; at < whole.length; at += 1)
      for (const byte of [0x00, 0xff, 0x5c]) {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        outcomes.add(await outcomeOf(bytes));
      }
    expect([...outcomes].filter((outcome) => !/^(read|unfit|DICOM_[A-Z_]+)$/.test(outcome))).toEqual([]);
    expect(outcomes.size).toBeGreaterThan(2);
  });
});

async function outcomeOf(bytes: Buffer): Promise<string> {
  try {
    const input = await readInput(opened(bytes), contract);
    if (typeof input === 'string') return 'unfit';
    for await (const _ of modelFrames(opened(bytes), input, { contract, codecs: NO_CODECS }));
    return 'read';
  } catch (error) {
    return isSluiceError(error) ? error.code : String(error);
  }
}
