import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { madeFrame } from '../testing/made-frames.js';
import { createCodecs } from './codec-pool.js';
import type { Codec, FrameShape } from './codec.types.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const GREY: FrameShape = { rows: 61, columns: 47, samplesPerPixel: 1, bitsAllocated: 8, ybr: false };

async function encoded(codec: Codec, shape: FrameShape, precision: number) {
  const bytes = new Uint8Array(madeFrame(shape, { precision, signed: false }));
  const colour = shape.samplesPerPixel === 1 ? 'GREY' : 'RGB';
  const frame = { bytes, colour, coding: { precision, signed: false } } as const;
  return codecs.encode({ codec, shape, frame, transformColour: false, byResolution: false });
}

async function both(codec: Codec, shape: FrameShape, bytes: Uint8Array<ArrayBuffer>) {
  const first = await codecs.decode({ codec, shape, bytes: bytes.slice() });
  return [first, await codecs.decode({ codec, shape, bytes: bytes.slice(), again: true })] as const;
}

describe('a frame that is decoded again', () => {
  it.each<[string, Partial<FrameShape>, number]>([
    ['8 bits', {}, 8],
    ['8 bits in 16', { bitsAllocated: 16 }, 8],
    ['12 bits', { bitsAllocated: 16 }, 12],
    ['16 bits', { bitsAllocated: 16 }, 16],
    ['RGB', { samplesPerPixel: 3 }, 8],
  ])('has the same samples: JPEG lossless, %s', async (_, some, precision) => {
    const shape = { ...GREY, ...some };
    const [first, again] = await both('jpeg', shape, await encoded('jpeg', shape, precision));
    expect(Buffer.compare(first.bytes, again.bytes)).toBe(0);
    expect(again.colour).toBe(first.colour);
  });

  it.each([1, 3] as const)('has nearly the same samples: JPEG baseline of %i', async (channels) => {
    const shape = { ...GREY, samplesPerPixel: channels, ybr: channels === 3 };
    const raw = { width: 47, height: 61, channels };
    const smooth = Buffer.from(Array.from({ length: 61 * 47 * channels }, (_, at) => (at * 3) % 200));
    const jpeg = await sharp(smooth, { raw })
      .blur(2)
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const [first, again] = await both('jpeg', shape, new Uint8Array(jpeg));
    const differences = first.bytes.map((sample, at) => Math.abs(sample - (again.bytes[at] as number)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(3);
    expect(again.colour).toBe(first.colour);
  });

  it('is what the first codec says where there is no second', async () => {
    const [first, again] = await both('rle', GREY, await encoded('rle', GREY, 8));
    expect(Buffer.compare(first.bytes, again.bytes)).toBe(0);
  });

  it('is refused where it is broken', async () => {
    const bytes = await encoded('jpeg', GREY, 8);
    await expect(
      codecs.decode({ codec: 'jpeg', shape: GREY, bytes: bytes.slice(0, 60), again: true }),
    ).rejects.toMatchObject({ code: 'DICOM_PIXELS_MALFORMED' });
  });
});
