import { afterAll, describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { createCodecs } from './codec-pool.js';
import type { Codec, CodedFrame, FrameShape } from './codec.types.js';
import { madeFrame } from '../testing/made-frames.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const LOSSLESS: readonly Codec[] = ['rle', 'deflate', 'jpeg', 'jpeg-ls', 'jpeg-2000', 'htj2k'];
const DEPTHS: readonly [string, Partial<FrameShape>, number, boolean][] = [
  ['8 bits grey', {}, 8, false],
  ['6 of 8 bits', {}, 6, false],
  ['8 bits in 16', { bitsAllocated: 16 }, 8, false],
  ['10 bits', { bitsAllocated: 16 }, 10, false],
  ['12 bits', { bitsAllocated: 16 }, 12, false],
  ['12 bits signed', { bitsAllocated: 16 }, 12, true],
  ['16 bits', { bitsAllocated: 16 }, 16, false],
  ['16 bits signed', { bitsAllocated: 16 }, 16, true],
  ['RGB', { samplesPerPixel: 3 }, 8, false],
  ['YBR', { samplesPerPixel: 3, ybr: true }, 8, false],
  ['few pixels of odd number', { rows: 33, columns: 35, bitsAllocated: 16 }, 12, false],
];

function made(some: Partial<FrameShape>, precision: number, signed: boolean) {
  const shape: FrameShape = {
    rows: 61,
    columns: 47,
    samplesPerPixel: 1,
    bitsAllocated: 8,
    ybr: false,
    ...some,
  };
  const colour = shape.samplesPerPixel === 1 ? 'GREY' : shape.ybr ? 'YBR_FULL' : 'RGB';
  const bytes = new Uint8Array(madeFrame(shape, { precision, signed }));
  return { shape, frame: { bytes, colour, coding: { precision, signed } } satisfies CodedFrame };
}

interface Given {
  readonly shape: FrameShape;
  readonly frame: CodedFrame;
}

const encode = (codec: Codec, { shape, frame }: Given, more = {}) =>
  codecs.encode({
    codec,
    shape,
    frame: { ...frame, bytes: frame.bytes.slice() },
    transformColour: false,
    byResolution: false,
    ...more,
  });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'nothing thrown',
    (thrown: unknown) => thrown,
  );
  return isSluiceError(error) ? error.code : String(error);
}

describe.each(LOSSLESS)('%s gives samples back bit by bit', (codec) => {
  it.each(DEPTHS)('%s', async (_, some, precision, signed) => {
    const given = made(some, precision, signed);
    const bytes = await encode(codec, given);
    const back = await codecs.decode({ codec, shape: given.shape, bytes });
    expect(Buffer.compare(back.bytes, given.frame.bytes)).toBe(0);
    // The HTJ2K encoder moves colour, asked or not.
    const moved = codec === 'htj2k' && given.shape.samplesPerPixel === 3;
    expect(back.colour).toBe(moved ? 'RGB' : given.frame.colour);
  });

  it('refuses each cut of a codestream, or gives the size that was declared, and lives on', async () => {
    const given = made({ bitsAllocated: 16, rows: 32, columns: 32 }, 12, false);
    const whole = await encode(codec, given);
    const codes = new Set<string>();
    for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 60)) {
      const end = await codecs
        .decode({ codec, shape: given.shape, bytes: whole.slice(0, length) })
        .catch((error: unknown) => error);
      if (isSluiceError(end)) codes.add(end.code);
      else expect((end as CodedFrame).bytes).toHaveLength(2048);
    }
    expect([...codes]).toEqual(['DICOM_PIXELS_MALFORMED']);
    expect((await codecs.decode({ codec, shape: given.shape, bytes: whole })).bytes).toHaveLength(2048);
  });

  it('answers damaged codestreams with samples of the declared size or a code', async () => {
    const hasty = createCodecs({ timeoutMs: 400 });
    const given = made({ rows: 32, columns: 32 }, 8, false);
    const whole = await encode(codec, given);
    for (let round = 0; round < 120; round += 1) {
      const bytes = whole.slice();
      for (let edit = 0; edit < 3; edit += 1)
        bytes[(round * 31 + edit * 97) % bytes.length] = (round * 89 + edit * 53) & 0xff;
      const end = await hasty.decode({ codec, shape: given.shape, bytes }).catch((error: unknown) => error);
      if (isSluiceError(end)) expect(end.code).toMatch(/^DICOM_(PIXELS|CODEC)_/);
      else expect((end as CodedFrame).bytes).toHaveLength(1024);
    }
    await hasty.close();
  });
});

describe('codecs', () => {
  it.each(['rle', 'jpeg', 'jpeg-ls', 'htj2k'] as const)('%s take one pixel and one row', async (codec) => {
    for (const some of [
      { rows: 1, columns: 1 },
      { rows: 1, columns: 131, bitsAllocated: 16 },
    ]) {
      const given = made(some, 8, false);
      const back = await codecs.decode({ codec, shape: given.shape, bytes: await encode(codec, given) });
      expect(Buffer.compare(back.bytes, given.frame.bytes)).toBe(0);
    }
  });

  it('keep deep colour exact where they take it, and refuse it in JPEG 2000', async () => {
    const given = made({ samplesPerPixel: 3, bitsAllocated: 16 }, 16, false);
    for (const codec of ['rle', 'jpeg', 'jpeg-ls'] as const) {
      const bytes = await encode(codec, given);
      const back = await codecs.decode({ codec, shape: given.shape, bytes });
      expect(Buffer.compare(back.bytes, given.frame.bytes)).toBe(0);
    }
    for (const codec of ['jpeg-2000', 'htj2k'] as const)
      expect(await codeOf(encode(codec, given))).toBe('DICOM_PIXELS_UNSUPPORTED');
  });

  it('move colour inside JPEG 2000 and order HTJ2K by resolution, exactly', async () => {
    const given = made({ samplesPerPixel: 3 }, 8, false);
    for (const [codec, more] of [
      ['jpeg-2000', { transformColour: true }],
      ['htj2k', { transformColour: true, byResolution: true }],
    ] as const) {
      const bytes = await encode(codec, given, more);
      // The codestream's word counts: some headers say YBR_FULL_422 where J2K moved the colour itself.
      for (const ybr of [false, true]) {
        const shape = { ...given.shape, ybr };
        const back = await codecs.decode({ codec, shape, bytes: bytes.slice() });
        expect(back.colour).toBe('RGB');
        expect(Buffer.compare(back.bytes, given.frame.bytes)).toBe(0);
      }
    }
  });

  it.each(['jpeg', 'jpeg-ls', 'jpeg-2000', 'htj2k'] as const)(
    '%s of other dimensions than the header is refused before it is decoded',
    async (codec) => {
      const given = made({}, 8, false);
      const bytes = await encode(codec, given);
      for (const wrong of [{ rows: 62 }, { columns: 46 }, { samplesPerPixel: 3 }, { rows: 60_000 }])
        expect(
          await codeOf(codecs.decode({ codec, shape: { ...given.shape, ...wrong }, bytes: bytes.slice() })),
        ).toBe('DICOM_PIXELS_MALFORMED');
    },
  );

  it('say so when asked for what none reads', async () => {
    const { shape } = made({}, 8, false);
    expect(await codeOf(codecs.decode({ codec: 'plain', shape, bytes: new Uint8Array(4) }))).toMatch(
      /^DICOM_PIXELS_/,
    );
  });
});

describe('a codec that runs away', () => {
  /** A marker without a length where libjpeg expects one: it never ends. */
  async function endless(): Promise<Given & { readonly bytes: Uint8Array<ArrayBuffer> }> {
    const given = made({ rows: 16, columns: 16 }, 8, false);
    const bytes = await encode('jpeg', given);
    bytes[3] = 0x01;
    return { ...given, bytes };
  }

  it('is ended in time, and the next frame is decoded by a new one', async () => {
    const { shape, frame, bytes } = await endless();
    const hasty = createCodecs({ timeoutMs: 4_000 });
    const good = await encode('jpeg', { shape, frame });
    const [first, second] = await Promise.all([
      codeOf(hasty.decode({ codec: 'jpeg', shape, bytes })),
      hasty.decode({ codec: 'jpeg', shape, bytes: good }),
    ]);
    expect(first).toBe('DICOM_CODEC_FAILED');
    expect(Buffer.compare(second.bytes, frame.bytes)).toBe(0);
    await hasty.close();
  });

  it.each([
    ['dies at its start', `throw new Error('no')`],
    ['ends', `process.exit(0)`],
    [
      'runs out of heap',
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(100_000).fill({})); });`,
    ],
  ])('or %s is a code for the frame that it had, and the next one gets a new one', async (_, code) => {
    const given = made({}, 8, false);
    const pool = createCodecs({}, new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    for (const each of [pool.decode, pool.decode]) {
      const work = each({ codec: 'rle', shape: given.shape, bytes: new Uint8Array(80) });
      expect(await codeOf(work)).toBe('DICOM_CODEC_FAILED');
    }
    await pool.close();
  });

  it('or never got its frame holds nobody up', async () => {
    const given = made({}, 8, false);
    const pool = createCodecs();
    const gone = new Uint8Array(80);
    structuredClone(gone, { transfer: [gone.buffer] });
    const good = await encode('rle', given);
    const [first, second] = await Promise.all([
      codeOf(pool.decode({ codec: 'rle', shape: given.shape, bytes: gone })),
      pool.decode({ codec: 'rle', shape: given.shape, bytes: good }),
    ]);
    expect(first).toBe('DICOM_CODEC_FAILED');
    expect(Buffer.compare(second.bytes, given.frame.bytes)).toBe(0);
    await pool.close();
  });

  it('that is closed answers what still waits', async () => {
    const { shape, bytes } = await endless();
    const pool = createCodecs();
    const waiting = [bytes.slice(), bytes].map((each) =>
      codeOf(pool.decode({ codec: 'jpeg', shape, bytes: each })),
    );
    await pool.close();
    expect(await Promise.all(waiting)).toEqual(['DICOM_CODEC_FAILED', 'DICOM_CODEC_FAILED']);
  });
});
