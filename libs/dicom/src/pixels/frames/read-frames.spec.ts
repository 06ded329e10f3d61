import { afterAll, describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { inChunks } from '../../part10/part10-fixture.js';
import { isBareFrame } from '../codecs/bare-codestream.js';
import { createCodecs } from '../codecs/codec-pool.js';
import type { Codec, CodedFrame, FrameShape } from '../codecs/codec.types.js';
import { madeFrame } from '../testing/made-frames.js';
import { madeImage, type MadeImage } from '../testing/made-objects.js';
import { decodeFrame, type Raster } from './decode-frame.js';
import { readFrames } from './read-frames.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const LITTLE = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const BIG = '1.2.840.10008.1.2.2';
const RLE = '1.2.840.10008.1.2.5';
const JPEG = '1.2.840.10008.1.2.4.70';

async function rasters(image: MadeImage, chunk = 1000): Promise<Raster[]> {
  const found: Raster[] = [];
  for await (const frame of readFrames(inChunks(madeImage(image), chunk)))
    found.push(await decodeFrame(frame, codecs));
  return found;
}

async function codeOf(image: MadeImage | Buffer): Promise<string> {
  const file = Buffer.isBuffer(image) ? image : madeImage(image);
  try {
    for await (const frame of readFrames(inChunks(file, 777))) await decodeFrame(frame, codecs);
    return 'read';
  } catch (error) {
    if (isSluiceError(error)) return error.code;
    throw error;
  }
}

const shapeOf = (some: Partial<FrameShape> = {}): FrameShape => ({
  rows: 40,
  columns: 36,
  samplesPerPixel: 1,
  bitsAllocated: 8,
  ybr: false,
  ...some,
});

const native = (shape: FrameShape, frames: number, precision = shape.bitsAllocated): Buffer[] =>
  Array.from({ length: frames }, (_, index) => madeFrame(shape, { precision, signed: false }, index + 1));

function encoded(codec: Codec, shape: FrameShape, bytes: Buffer): Promise<Uint8Array> {
  const coding = { precision: shape.bitsAllocated, signed: false };
  const frame: CodedFrame = { bytes: new Uint8Array(bytes), colour: 'GREY', coding };
  return codecs.encode({ codec, shape, frame, transformColour: false, byResolution: false });
}

describe('native pixel data', () => {
  it.each([
    ['little endian', LITTLE, 16, 'OW'],
    ['implicit', IMPLICIT, 16, 'OW'],
    ['32 bits', LITTLE, 32, 'OW'],
    ['8 bits in words', LITTLE, 8, 'OW'],
    ['in fragments', '1.2.840.10008.1.2.1.98', 8, 'OB'],
  ])('%s: each frame as it stands, for any chunk size', async (_, transferSyntaxUID, bitsAllocated, vr) => {
    const shape = shapeOf({ bitsAllocated, rows: 5, columns: 7 });
    const frames = native(shape, 3);
    for (const chunk of [1, 13, 100_000]) {
      const read = await rasters(
        { transferSyntaxUID, ...shape, frames: frames.map((frame) => [frame]), vr },
        chunk,
      );
      expect(read.map(({ bytes }) => bytes)).toEqual(frames);
    }
  });

  it.each([
    ['16 bits', 16, 'OW', 2],
    ['32 bits', 32, 'OW', 4],
    ['8 bits in words, frames of odd length', 8, 'OW', 2],
    ['8 bits in bytes', 8, 'OB', 1],
  ] as const)('big endian, %s, comes out little endian', async (_, bitsAllocated, vr, unit) => {
    const shape = shapeOf({ bitsAllocated, rows: 3, columns: 5 });
    const frames = native(shape, 4);
    const all = Buffer.concat(frames);
    const swapped = {
      1: all,
      2: Buffer.from(all).swap16(),
      4: all.length % 4 ? all : Buffer.from(all).swap32(),
    }[unit];
    const image = { transferSyntaxUID: BIG, ...shape, frames: [[swapped]], numberOfFrames: '4', vr };
    for (const chunk of [1, 3, 5000])
      expect((await rasters(image, chunk)).map(({ bytes }) => bytes)).toEqual(frames);
  });

  it('single bits: frames that share a byte, pixel by pixel', async () => {
    const bits = Array.from({ length: 3 }, (_, frame) =>
      Array.from({ length: 15 }, (__, pixel) => (pixel * 7 + frame * 3) % 5 === 0),
    );
    const packed = Buffer.alloc(6);
    bits.flat().forEach((bit, at) => {
      if (bit) packed[at >>> 3] = (packed[at >>> 3] as number) | (1 << (at & 7));
    });
    const image = { transferSyntaxUID: LITTLE, rows: 3, columns: 5, bitsAllocated: 1, numberOfFrames: '3' };
    for (const chunk of [1, 4000]) {
      const read = await rasters({ ...image, frames: [[packed]] }, chunk);
      expect(read.map(({ bytes }) => [...bytes].map(Boolean))).toEqual(bits);
    }
  });

  it('planes are brought together, and halved chroma is spread', async () => {
    const planes = Buffer.from([1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24]);
    const colour = { transferSyntaxUID: LITTLE, rows: 2, columns: 2, samplesPerPixel: 3 };
    const [planar] = await rasters({ ...colour, photometric: 'RGB', planar: true, frames: [[planes]] });
    expect([...(planar?.bytes ?? [])]).toEqual([1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24]);
    const halved = Buffer.from([1, 2, 50, 60, 3, 4, 70, 80]);
    const [spread] = await rasters({ ...colour, photometric: 'YBR_FULL_422', frames: [[halved]] });
    expect([...(spread?.bytes ?? [])]).toEqual([1, 50, 60, 2, 50, 60, 3, 70, 80, 4, 70, 80]);
    expect(spread?.photometric).toBe('YBR_FULL');
  });

  it.each([
    [0x7fe00008, 'OF', 32, 'float'],
    [0x7fe00009, 'OD', 64, 'double'],
  ] as const)('floating point in %s', async (pixelTag, vr, bitsAllocated, numbers) => {
    const frame = Buffer.alloc((6 * bitsAllocated) / 8, 9);
    const image = { transferSyntaxUID: LITTLE, rows: 2, columns: 3, bitsAllocated, pixelTag, vr };
    const [read] = await rasters({ ...image, frames: [[frame]] });
    expect(read).toMatchObject({ numbers, bytes: frame });
    for await (const one of readFrames(inChunks(madeImage({ ...image, frames: [[frame]] }), 1000)))
      expect(isBareFrame(one)).toBe(true);
  });

  it('zeros after the last frame are padding; anything else is refused', async () => {
    const shape = shapeOf();
    const [frame] = native(shape, 1) as [Buffer];
    const image = { transferSyntaxUID: LITTLE, ...shape };
    expect(await codeOf({ ...image, frames: [[frame, Buffer.alloc(20)]], numberOfFrames: '1' })).toBe('read');
    expect(await codeOf({ ...image, frames: [[frame, frame]], numberOfFrames: '1' })).toBe(
      'DICOM_PIXELS_MALFORMED',
    );
  });
});

describe('encapsulated pixel data', () => {
  const shape = shapeOf();

  it.each([
    ['jpeg', JPEG],
    ['jpeg-ls', '1.2.840.10008.1.2.4.80'],
    ['jpeg-2000', '1.2.840.10008.1.2.4.90'],
    ['htj2k', '1.2.840.10008.1.2.4.201'],
    ['rle', RLE],
  ] as const)(
    '%s: several fragments a frame, without, with and with a wrong offset table',
    async (codec, transferSyntaxUID) => {
      const frames = native(shape, 3);
      const streams = await Promise.all(frames.map((frame) => encoded(codec, shape, frame)));
      const cut = streams.map((stream) => [stream.slice(0, 100), stream.slice(100, 102), stream.slice(102)]);
      const wrong = Buffer.alloc(12, 0xff);
      const short = Buffer.alloc(4);
      for (const offsetTable of [undefined, wrong, short])
        for (const chunk of [7, 4096]) {
          const image = { transferSyntaxUID, ...shape, frames: cut, offsetTable };
          expect((await rasters(image, chunk)).map(({ bytes }) => bytes)).toEqual(frames);
        }
    },
  );

  it('more or fewer frames than declared are refused, in one frame too', async () => {
    const streams = await Promise.all(native(shape, 2).map((frame) => encoded('jpeg', shape, frame)));
    const image = { transferSyntaxUID: JPEG, ...shape, frames: streams.map((stream) => [stream]) };
    for (const numberOfFrames of ['1', '3', '20000000'])
      expect(await codeOf({ ...image, numberOfFrames })).toBe('DICOM_PIXELS_MALFORMED');
    // Nothing is decoded for what could never end.
    expect(await codeOf({ ...image, numberOfFrames: '2000000000' })).toBe('DICOM_LIMIT_EXCEEDED');
    expect(await codeOf({ ...image, numberOfFrames: '2' })).toBe('read');
  });

  it('a codestream far longer than its pixels is refused while it comes', async () => {
    const image = { transferSyntaxUID: JPEG, rows: 8, columns: 8, frames: [[Buffer.alloc(200_000, 0x11)]] };
    expect(await codeOf(image)).toBe('DICOM_LIMIT_EXCEEDED');
  });

  it.each([
    ['1.2.840.10008.1.2.4.100', 'DICOM_PIXELS_UNSUPPORTED'],
    ['1.2.840.10008.1.2.4.102', 'DICOM_PIXELS_UNSUPPORTED'],
    ['1.2.840.10008.1.2.4.55', 'DICOM_PIXELS_UNSUPPORTED'],
  ])('what no codec reads has a code: %s', async (transferSyntaxUID, code) => {
    expect(await codeOf({ transferSyntaxUID, ...shape, frames: [[Buffer.alloc(64)]] })).toBe(code);
  });
});

describe('absurd headers', () => {
  const image: MadeImage = {
    transferSyntaxUID: LITTLE,
    rows: 2,
    columns: 2,
    frames: [[Buffer.alloc(4)]],
  };

  it.each<[string, Partial<MadeImage>, string]>([
    ['65535 x 65535 pixels', { rows: 65_535, columns: 65_535 }, 'DICOM_LIMIT_EXCEEDED'],
    ['10000 x 10000 pixels that are not there', { rows: 10_000, columns: 10_000 }, 'DICOM_PIXELS_MALFORMED'],
    ['no rows', { rows: 0 }, 'DICOM_PIXELS_MALFORMED'],
    ['a billion frames', { numberOfFrames: '1000000000' }, 'DICOM_PIXELS_MALFORMED'],
    ['a negative number of frames', { numberOfFrames: '-1' }, 'DICOM_PIXELS_MALFORMED'],
    ['no number of frames', { numberOfFrames: 'many' }, 'DICOM_PIXELS_MALFORMED'],
    ['200 samples', { samplesPerPixel: 200 }, 'DICOM_PIXELS_MALFORMED'],
    ['12 bits allocated', { bitsAllocated: 12 }, 'DICOM_PIXELS_UNSUPPORTED'],
    ['more bits stored than allocated', { bitsStored: 16 }, 'DICOM_PIXELS_MALFORMED'],
    [
      'halved chroma in odd columns',
      { samplesPerPixel: 3, photometric: 'YBR_FULL_422', columns: 1 },
      'DICOM_PIXELS_MALFORMED',
    ],
  ])('%s: a code', async (_, some, code) => {
    expect(await codeOf({ ...image, ...some })).toBe(code);
  });

  it('a file without pixels has no frames', async () => {
    const file = madeImage(image);
    const cut = file.subarray(0, file.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0])));
    expect(await codeOf(cut)).toBe('read');
  });
});
