import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { element, elementIn, gather, inChunks, sequence } from '../../part10/part10-fixture.js';
import { readElements } from '../../part10/rewrite-part10.js';
import { createCodecs } from '../codecs/codec-pool.js';
import type { Codec, CodedFrame, Coding, FrameShape } from '../codecs/codec.types.js';
import { decodeFrame, type Raster } from '../frames/decode-frame.js';
import type { EncodedFrame } from '../frames/frame.types.js';
import { readFrames } from '../frames/read-frames.js';
import { madeFrame } from '../testing/made-frames.js';
import { madeImage, type MadeImage } from '../testing/made-objects.js';
import type { Rectangle } from './fill-rectangles.js';
import { maskPart10 } from './mask-part10.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const folder = join(import.meta.dirname, '../../../../../../shared/dicom');
const missing = !existsSync(folder);
const LITTLE = '1.2.840.10008.1.2.1';
const BIG = '1.2.840.10008.1.2.2';
const J2K = '1.2.840.10008.1.2.4.90';
const RECTANGLES: readonly Rectangle[] = [
  { x: 3, y: 2, width: 11, height: 4 },
  { x: 30, y: 30, width: 500, height: 3 },
];
const SYNTAXES: Partial<Record<Codec, string>> = {
  rle: '1.2.840.10008.1.2.5',
  deflate: '1.2.840.10008.1.2.8.1',
  jpeg: '1.2.840.10008.1.2.4.70',
  'jpeg-ls': '1.2.840.10008.1.2.4.80',
  'jpeg-2000': J2K,
  htj2k: '1.2.840.10008.1.2.4.202',
};

interface Read {
  readonly rasters: Raster[];
  readonly frames: EncodedFrame[];
  readonly header: Map<number, string>;
}

async function read(file: Buffer): Promise<Read> {
  const rasters: Raster[] = [];
  const frames: EncodedFrame[] = [];
  const header = new Map<number, string>();
  await readElements(inChunks(file), ({ tag, value, path, vr }) => {
    if (path.length === 0)
      header.set(
        tag,
        vr === 'US'
          ? (value?.toString('hex') ?? '')
          : (value?.toString('latin1').trim().replace(/\0$/, '') ?? ''),
      );
  });
  for await (const frame of readFrames(inChunks(file))) {
    frames.push(frame);
    rasters.push(await decodeFrame(frame, codecs));
  }
  return { rasters, frames, header };
}

function mask(
  file: Buffer,
  rectangles: (frame: number) => readonly Rectangle[] = () => RECTANGLES,
  chunk = 5000,
): Promise<Buffer> {
  return gather(maskPart10(inChunks(file, chunk), { codecs, rectangles }));
}

/** Pixels outside of the rectangles are those of before, those inside are `black`. */
function expectMasked(
  before: Raster,
  after: Raster,
  black: readonly number[],
  rectangles = RECTANGLES,
): void {
  const cell = before.bytes.length / (before.rows * before.columns);
  const inside = (x: number, y: number) =>
    rectangles.some((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height);
  const wanted = Buffer.from(before.bytes);
  for (let y = 0; y < before.rows; y += 1)
    for (let x = 0; x < before.columns; x += 1)
      if (inside(x, y)) wanted.set(black, (y * before.columns + x) * cell);
  expect(after.bytes.equals(wanted)).toBe(true);
}

interface Kind {
  readonly shape: FrameShape;
  readonly coding: Coding;
  readonly photometric: string;
  readonly black: readonly number[];
  readonly more?: ReadonlyMap<number, Buffer>;
}

const shape = (some: Partial<FrameShape> = {}): FrameShape => ({
  rows: 50,
  columns: 46,
  samplesPerPixel: 1,
  bitsAllocated: 8,
  ybr: false,
  ...some,
});
const coding = (precision: number, signed = false): Coding => ({ precision, signed });
const words = (values: readonly number[]) => Buffer.from(new Uint16Array(values).buffer);
/** Entry 7 is the darkest. */
const PALETTE = new Map(
  [0x00281101, 0x00281102, 0x00281103].flatMap((tag) => [
    [tag, element(tag, 'US', words([256, 0, 16]))],
    [
      tag + 0x100,
      element(tag + 0x100, 'OW', words(Array.from({ length: 256 }, (_, at) => (at === 7 ? 0 : 0x4000 + at)))),
    ],
  ]),
);
const KINDS: Readonly<Record<string, Kind>> = {
  'MONOCHROME2, 8 bits': { shape: shape(), coding: coding(8), photometric: 'MONOCHROME2', black: [0] },
  'MONOCHROME1, 12 bits': {
    shape: shape({ bitsAllocated: 16 }),
    coding: coding(12),
    photometric: 'MONOCHROME1',
    black: [0xff, 0x0f],
  },
  'MONOCHROME2, 16 bits signed': {
    shape: shape({ bitsAllocated: 16 }),
    coding: coding(16, true),
    photometric: 'MONOCHROME2',
    black: [0x00, 0x80],
  },
  'PALETTE COLOR': {
    shape: shape(),
    coding: coding(8),
    photometric: 'PALETTE COLOR',
    black: [7],
    more: PALETTE,
  },
};
const RGB: Kind = {
  shape: shape({ samplesPerPixel: 3 }),
  coding: coding(8),
  photometric: 'RGB',
  black: [0, 0, 0],
};
const YBR: Kind = {
  shape: shape({ samplesPerPixel: 3, ybr: true }),
  coding: coding(8),
  photometric: 'YBR_FULL',
  black: [0, 128, 128],
};

function described({ shape: size, coding: held, photometric, more }: Kind) {
  const { rows, columns, samplesPerPixel, bitsAllocated } = size;
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    bitsStored: held.precision,
    signed: held.signed,
    photometric,
    more,
  };
}

async function encodedImage(codec: Codec, kind: Kind, count = 3): Promise<MadeImage> {
  const { shape: size, coding: held } = kind;
  const colour = size.samplesPerPixel === 1 ? 'GREY' : size.ybr ? 'YBR_FULL' : 'RGB';
  const frames: Uint8Array[][] = [];
  for (let index = 0; index < count; index += 1) {
    const frame: CodedFrame = {
      bytes: new Uint8Array(madeFrame(size, held, index + 1)),
      colour,
      coding: held,
    };
    frames.push([
      await codecs.encode({ codec, shape: size, frame, transformColour: false, byResolution: false }),
    ]);
  }
  return { transferSyntaxUID: SYNTAXES[codec] ?? '', ...described(kind), frames };
}

describe.each(['rle', 'deflate', 'jpeg', 'jpeg-ls', 'jpeg-2000', 'htj2k'] as const)('%s', (codec) => {
  const colours = codec === 'htj2k' ? { RGB: { ...RGB, photometric: 'YBR_RCT' } } : { RGB, YBR_FULL: YBR };
  it.each(Object.entries({ ...KINDS, ...colours }))(
    '%s: black inside, bit by bit the same outside, untouched frames by the byte, the syntax as it was',
    async (_, kind) => {
      const image = await encodedImage(codec, kind);
      const file = madeImage(image);
      const out = await mask(file, (frame) => (frame === 1 ? [] : RECTANGLES));
      const [before, after] = [await read(file), await read(out)];
      expect(after.frames).toHaveLength(3);
      for (const index of [0, 2])
        expectMasked(before.rasters[index] as Raster, after.rasters[index] as Raster, kind.black);
      expect(after.frames[1]?.bytes.equals(before.frames[1]?.bytes as Buffer)).toBe(true);
      expect([...after.header]).toEqual([...before.header]);
    },
  );
});

describe('native', () => {
  it.each(Object.entries({ ...KINDS, RGB, YBR_FULL: YBR }))(
    '%s: stays native, in either byte order',
    async (_, kind) => {
      for (const transferSyntaxUID of [LITTLE, BIG]) {
        const write = elementIn({ explicit: true, littleEndian: transferSyntaxUID === LITTLE });
        const swap = (bytes: Buffer, bits: number) =>
          transferSyntaxUID === BIG && bits > 8 ? Buffer.from(bytes).swap16() : bytes;
        const more =
          kind.more &&
          new Map(
            [...kind.more].map(([tag, bytes]) => [
              tag,
              write(tag, tag < 0x00281200 ? 'US' : 'OW', swap(bytes.subarray(tag < 0x00281200 ? 8 : 12), 16)),
            ]),
          );
        const frames = [1, 2].map((seed) => [
          swap(madeFrame(kind.shape, kind.coding, seed), kind.shape.bitsAllocated),
        ]);
        const file = madeImage({ ...described(kind), transferSyntaxUID, frames, more });
        const out = await mask(file);
        expect(out).toHaveLength(file.length);
        const [before, after] = [await read(file), await read(out)];
        after.rasters.forEach((raster, index) =>
          expectMasked(before.rasters[index] as Raster, raster, kind.black),
        );
        expect([...after.header]).toEqual([...before.header]);
      }
    },
  );

  it('planes, halved chroma, and big endian words that two frames share', async () => {
    const colour = { rows: 50, columns: 46, samplesPerPixel: 3, transferSyntaxUID: LITTLE };
    const bytes = madeFrame(shape({ samplesPerPixel: 3 }), coding(8));
    const planar = madeImage({ ...colour, planar: true, photometric: 'RGB', frames: [[bytes]] });
    const halved = madeImage({ ...colour, photometric: 'YBR_FULL_422', frames: [[bytes.subarray(0, 4600)]] });
    const even = [{ x: 4, y: 2, width: 10, height: 4 }];
    for (const [file, black] of [
      [planar, [0, 0, 0]],
      [halved, [0, 128, 128]],
    ] as const) {
      const [before, after] = [await read(file), await read(await mask(file, () => even))];
      expectMasked(before.rasters[0] as Raster, after.rasters[0] as Raster, black, even);
    }
    const odd = madeFrame(shape({ rows: 5, columns: 9 }), coding(8));
    const big = madeImage({
      transferSyntaxUID: BIG,
      rows: 5,
      columns: 3,
      vr: 'OW',
      numberOfFrames: '3',
      frames: [[Buffer.concat([odd, Buffer.alloc(1)]).swap16()]],
    });
    const one = [{ x: 1, y: 1, width: 1, height: 2 }];
    for (const chunk of [1, 9999]) {
      const [before, after] = [await read(big), await read(await mask(big, () => one, chunk))];
      after.rasters.forEach((raster, index) =>
        expectMasked(before.rasters[index] as Raster, raster, [0], one),
      );
    }
  });

  it('single bits, and frames that share a byte are refused', async () => {
    const bits = { transferSyntaxUID: LITTLE, rows: 8, columns: 13, bitsAllocated: 1 };
    const frames = [[Buffer.alloc(13, 0xff)], [Buffer.alloc(13, 0xff)]];
    const one = [{ x: 2, y: 1, width: 7, height: 3 }];
    const file = madeImage({ ...bits, numberOfFrames: '2', frames });
    const [before, after] = [await read(file), await read(await mask(file, () => one))];
    after.rasters.forEach((raster, index) => expectMasked(before.rasters[index] as Raster, raster, [0], one));
    const shared = madeImage({
      ...bits,
      rows: 3,
      columns: 3,
      numberOfFrames: '2',
      frames: [[Buffer.alloc(4)]],
    });
    await expect(mask(shared, () => [])).rejects.toMatchObject({ code: 'DICOM_PIXELS_UNSUPPORTED' });
  });

  it('offset tables and icons go, what follows the pixels stays', async () => {
    const icon = sequence(0x00880200, [element(0x00280010, 'US', Buffer.from([1, 0]))]);
    const image = await encodedImage('rle', RGB);
    const more = new Map([
      [0x00880200, icon],
      [0x7fe00001, element(0x7fe00001, 'OV', Buffer.alloc(24))],
      [0x7fe00002, element(0x7fe00002, 'OV', Buffer.alloc(24))],
      [0x7fe00003, element(0x7fe00003, 'UV', Buffer.alloc(8))],
    ]);
    const { header } = await read(
      await mask(madeImage({ ...image, more, offsetTable: Buffer.alloc(12, 3) })),
    );
    expect([...header.keys()].filter((tag) => more.has(tag))).toEqual([]);
    expect(header.has(0xfffcfffc)).toBe(true);
  });
});

describe('who stops reading', () => {
  it.each([1, 3])('after %i pieces closes the source, and other objects go on', async (pieces) => {
    const file = madeImage(await encodedImage('rle', RGB));
    let closed = false;
    async function* source() {
      try {
        yield* inChunks(file, 500);
      } finally {
        closed = true;
      }
    }
    const others = [mask(file), mask(file)];
    let left = pieces;
    for await (const piece of maskPart10(source(), { codecs, rectangles: () => RECTANGLES })) {
      expect(piece.length).toBeGreaterThan(0);
      left -= 1;
      if (left === 0) break;
    }
    expect(closed).toBe(true);
    const [one, other] = await Promise.all(others);
    expect(one?.equals(other as Buffer)).toBe(true);
  });
});

describe('pixels elsewhere', () => {
  const pixels = Buffer.alloc(64, 0x41);
  const image = { transferSyntaxUID: LITTLE, rows: 8, columns: 8, frames: [[Buffer.alloc(64)]] };

  it('below a sequence go, however deep; the sequence stays', async () => {
    const inner = sequence(0x00091020, [element(0x7fe00010, 'OW', pixels)]);
    const outer = sequence(0x00091010, [inner, element(0x7fe00010, 'OB', pixels)]);
    const file = madeImage({ ...image, more: new Map([[0x00091010, outer]]) });
    expect(file.includes(pixels)).toBe(true);
    const out = await mask(file);
    expect(out.includes(pixels)).toBe(false);
    expect((await read(out)).header.has(0x00091010)).toBe(true);
  });

  it('in a second element are refused', async () => {
    const floats = { bitsAllocated: 32, rows: 4, columns: 4, pixelTag: 0x7fe00008, vr: 'OF' };
    const more = new Map([[0x7fe00010, element(0x7fe00010, 'OW', pixels)]]);
    const file = madeImage({ ...image, ...floats, more });
    for (const work of [mask(file), read(file)])
      await expect(work).rejects.toMatchObject({ code: 'DICOM_PIXELS_MALFORMED' });
  });
});

describe('lossy becomes lossless of its family', () => {
  it('JPEG baseline: JPEG lossless, the decoded pixels, marked as lossy', async () => {
    const pixels = madeFrame(shape({ samplesPerPixel: 3 }), coding(8));
    const jpeg = await sharp(pixels, { raw: { width: 46, height: 50, channels: 3 } })
      .jpeg({ quality: 80 })
      .toBuffer();
    const file = madeImage({
      transferSyntaxUID: '1.2.840.10008.1.2.4.50',
      rows: 50,
      columns: 46,
      samplesPerPixel: 3,
      photometric: 'YBR_FULL_422',
      frames: [[jpeg], [jpeg]],
    });
    const [before, after] = [
      await read(file),
      await read(await mask(file, (frame) => (frame === 0 ? RECTANGLES : []))),
    ];
    expectMasked(before.rasters[0] as Raster, after.rasters[0] as Raster, [0, 128, 128]);
    expect(after.rasters[1]?.bytes.equals(before.rasters[1]?.bytes as Buffer)).toBe(true);
    expect(after.header.get(0x00020010)).toBe('1.2.840.10008.1.2.4.70');
    expect(after.header.get(0x00280004)).toBe('YBR_FULL');
    expect(after.header.get(0x00282110)).toBe('01');
    expect(after.header.get(0x00280006)).toBe('0000');
  });

  it('JPEG of an ultrasound: RLE, since its YBR_FULL must be by planes; in RGB JPEG lossless', async () => {
    const raw = { width: 46, height: 50, channels: 3 } as const;
    const pixels = madeFrame(shape({ samplesPerPixel: 3 }), coding(8));
    const jpeg = await sharp(pixels, { raw }).jpeg({ quality: 80 }).toBuffer();
    const ultrasound = {
      transferSyntaxUID: '1.2.840.10008.1.2.4.50',
      rows: 50,
      columns: 46,
      samplesPerPixel: 3,
      frames: [[jpeg]],
      more: new Map([[0x00080016, element(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.6.1\0')]]),
    };
    const file = madeImage({ ...ultrasound, photometric: 'YBR_FULL_422' });
    const [before, after] = [await read(file), await read(await mask(file))];
    expectMasked(before.rasters[0] as Raster, after.rasters[0] as Raster, [0, 128, 128]);
    expect(after.header.get(0x00020010)).toBe(SYNTAXES.rle);
    expect(after.header.get(0x00280004)).toBe('YBR_FULL');
    expect(after.header.get(0x00280006)).toBe('0100');
    expect(after.header.get(0x00282110)).toBe('01');
    const red = await read(await mask(madeImage({ ...ultrasound, photometric: 'RGB' })));
    expect(red.header.get(0x00020010)).toBe(SYNTAXES.jpeg);
    expect(red.header.get(0x00280006)).toBe('0000');
  });

  it('JPEG 2000 that holds YBR as it is stays YBR', async () => {
    const image = await encodedImage('jpeg-2000', YBR);
    const file = madeImage({ ...image, transferSyntaxUID: '1.2.840.10008.1.2.4.91' });
    const [before, after] = [await read(file), await read(await mask(file))];
    expectMasked(before.rasters[0] as Raster, after.rasters[0] as Raster, [0, 128, 128]);
    expect(after.header.get(0x00280004)).toBe('YBR_FULL');
  });

  it('HTJ2K in RGB moves its colour and says so, of frames without a mask too; in YBR it becomes RLE', async () => {
    const image = await encodedImage('htj2k', RGB);
    const file = madeImage(image);
    const [before, after] = [
      await read(file),
      await read(await mask(file, (frame) => (frame === 1 ? [] : RECTANGLES))),
    ];
    expectMasked(before.rasters[0] as Raster, after.rasters[0] as Raster, [0, 0, 0]);
    expect(after.rasters[1]?.bytes.equals(before.rasters[1]?.bytes as Buffer)).toBe(true);
    expect(after.header.get(0x00280004)).toBe('YBR_RCT');
    expect(after.header.get(0x00020010)).toBe(image.transferSyntaxUID);
    const ybr = await read(await mask(madeImage({ ...image, photometric: 'YBR_FULL' })));
    expect(ybr.header.get(0x00020010)).toBe(SYNTAXES.rle);
    expect(ybr.header.get(0x00280004)).toBe('RGB');
  });

  it.each([
    ['jpeg-ls', '1.2.840.10008.1.2.4.81', '1.2.840.10008.1.2.4.80', 'RGB'],
    ['jpeg-2000', '1.2.840.10008.1.2.4.91', J2K, 'YBR_RCT'],
    ['htj2k', '1.2.840.10008.1.2.4.203', '1.2.840.10008.1.2.4.201', 'YBR_RCT'],
  ] as const)('%s', async (codec, from, to, photometric) => {
    const image = await encodedImage(codec, RGB);
    const file = madeImage({ ...image, transferSyntaxUID: from });
    const [before, after] = [await read(file), await read(await mask(file))];
    after.rasters.forEach((raster, index) =>
      expectMasked(before.rasters[index] as Raster, raster, [0, 0, 0]),
    );
    // Coded without loss: what the header says of that holds.
    expect([0x00020010, 0x00280004, 0x00282110].map((tag) => after.header.get(tag))).toEqual([
      to,
      photometric,
      undefined,
    ]);
  });

  it.each(['00', '01'])('what was coded without loss keeps the word of its header: %s', async (word) => {
    const image = await encodedImage('jpeg-2000', RGB);
    const more = new Map([[0x00282110, element(0x00282110, 'CS', Buffer.from(word))]]);
    const file = madeImage({ ...image, transferSyntaxUID: '1.2.840.10008.1.2.4.91', more });
    const { header } = await read(await mask(file));
    expect([header.get(0x00020010), header.get(0x00282110)]).toEqual([J2K, word]);
  });

  it.skipIf(missing)('the 9-7 wavelet of JPEG 2000 is marked as lossy', async () => {
    const file = readFileSync(join(folder, 'dicom-test-files__CT1_J2KI.dcm'));
    const { header } = await read(await mask(file));
    expect([header.get(0x00020010), header.get(0x00282110)]).toEqual([J2K, '01']);
  });

  it('what JPEG 2000 cannot give back exactly becomes RLE', async () => {
    const kind: Kind = { ...(KINDS['MONOCHROME2, 8 bits'] as Kind), coding: coding(8, true), black: [0x80] };
    const image = await encodedImage('htj2k', kind);
    const file = madeImage({ ...image, transferSyntaxUID: J2K });
    const [before, after] = [await read(file), await read(await mask(file))];
    expectMasked(before.rasters[0] as Raster, after.rasters[0] as Raster, kind.black);
    expect(after.header.get(0x00020010)).toBe('1.2.840.10008.1.2.5');
    expect(after.header.has(0x00282110)).toBe(false);
  });
});

describe('what cannot be masked', () => {
  it('never ends normally', async () => {
    const image = await encodedImage('jpeg', KINDS['MONOCHROME2, 8 bits'] as Kind);
    const file = madeImage(image);
    // The frame header of the second frame: its height.
    const broken = Buffer.from(file);
    const second = file.indexOf('ffc300', file.indexOf('ffc300', 0, 'hex') + 1, 'hex');
    broken.writeUInt16BE(9999, second + 5);
    for (const bad of [broken, file.subarray(0, -40), madeImage({ ...image, numberOfFrames: '4' })])
      await expect(mask(bad)).rejects.toSatisfy(isSluiceError);
    const cmyk = madeImage({
      transferSyntaxUID: LITTLE,
      rows: 4,
      columns: 4,
      samplesPerPixel: 4,
      photometric: 'CMYK',
      frames: [[Buffer.alloc(64)]],
    });
    await expect(mask(cmyk)).rejects.toMatchObject({ code: 'DICOM_PIXELS_UNSUPPORTED' });
  });
});

describe.skipIf(missing)(
  `real files${missing ? ' (skipped: the sample folder ../shared/dicom is not here)' : ''}`,
  () => {
    it('are masked with the decoded pixels outside, or refused with a code', async () => {
      let masked = 0;
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.dcm'))) {
        const file = readFileSync(join(folder, name));
        const before = await read(file).catch(() => undefined);
        if (!before || before.frames.length === 0) continue;
        const out = await mask(file, () => [{ x: 0, y: 0, width: 4, height: 2 }]).catch(
          (error: unknown) => error,
        );
        if (!Buffer.isBuffer(out)) {
          expect(isSluiceError(out) && out.code, name).toMatch(/^DICOM_/);
          continue;
        }
        const after = await read(out);
        const [was, is] = [before.rasters[0] as Raster, after.rasters[0] as Raster];
        const untouched = 2 * was.columns * (was.bytes.length / (was.rows * was.columns));
        expect(is.bytes.subarray(untouched).equals(was.bytes.subarray(untouched)), name).toBe(true);
        masked += 1;
      }
      expect(masked).toBeGreaterThan(70);
    }, 120_000);
  },
);
