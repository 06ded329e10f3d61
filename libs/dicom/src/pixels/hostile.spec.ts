import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isSluiceError } from '@sluice/contracts';
import { gather, inChunks } from '../part10/part10-fixture.js';
import { createCodecs, type Codecs } from './codecs/codec-pool.js';
import type { Codec, FrameShape } from './codecs/codec.types.js';
import { decodeFrame } from './frames/decode-frame.js';
import { readFrames } from './frames/read-frames.js';
import { maskPart10 } from './mask/mask-part10.js';
import { toGrey8 } from './render/render.js';
import { madeFrame } from './testing/made-frames.js';
import { madeImage } from './testing/made-objects.js';

const codecs = createCodecs();
/** For what was changed: a codec that does not come back should not hold the test up. */
const hasty = createCodecs({ timeoutMs: 400 });
afterAll(() => Promise.all([codecs.close(), hasty.close()]));

const shape: FrameShape = { rows: 33, columns: 34, samplesPerPixel: 1, bitsAllocated: 16, ybr: false };
const coding = { precision: 12, signed: false };

async function madeFile(codec: Codec, transferSyntaxUID: string): Promise<Buffer> {
  const frames: Uint8Array[][] = [];
  for (const seed of [1, 2]) {
    const bytes = new Uint8Array(madeFrame(shape, coding, seed));
    const frame = { bytes, colour: 'GREY' as const, coding };
    const task = { codec, shape, frame, transformColour: false, byResolution: false };
    frames.push([codec === 'plain' ? bytes : await codecs.encode(task)]);
  }
  return madeImage({ transferSyntaxUID, ...shape, bitsStored: 12, frames });
}

/** Reads, renders and masks. The bytes that came out, or one of our codes; anything else fails the test. */
async function outcome(file: Buffer, codecs: Codecs): Promise<Buffer | string> {
  try {
    for await (const frame of readFrames(inChunks(file, 997))) {
      const raster = await decodeFrame(frame, codecs);
      expect(toGrey8(raster).data).toHaveLength(raster.rows * raster.columns);
    }
    const rectangles = () => [{ x: 0, y: 0, width: 9, height: 9 }];
    return await gather(maskPart10(inChunks(file, 997), { codecs, rectangles }));
  } catch (error) {
    if (isSluiceError(error) && error.code.startsWith('DICOM_')) return error.code;
    throw error;
  }
}

describe.each([
  ['plain', '1.2.840.10008.1.2.1'],
  ['rle', '1.2.840.10008.1.2.5'],
  ['jpeg', '1.2.840.10008.1.2.4.70'],
  ['jpeg-ls', '1.2.840.10008.1.2.4.80'],
  ['jpeg-2000', '1.2.840.10008.1.2.4.90'],
  ['htj2k', '1.2.840.10008.1.2.4.201'],
] as const)('%s', (codec, transferSyntaxUID) => {
  it('any change of any bytes ends with pixels or a code', async () => {
    const file = await madeFile(codec, transferSyntaxUID);
    const edit = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
    // Half of the changes hit the header, where the sizes stand.
    const mutated = fc.record({ edits, inHeader: fc.boolean(), cut: fc.nat(60) });
    const property = fc.asyncProperty(mutated, async ({ edits: changes, inHeader, cut }) => {
      const bytes = Buffer.from(file.subarray(0, file.length - cut));
      const span = inHeader ? 400 : bytes.length - 132;
      for (const { at, byte } of changes) bytes[132 + (at % span)] = byte;
      await outcome(bytes, hasty);
    });
    await fc.assert(property, { numRuns: 150, interruptAfterTimeLimit: 6_000 });
    expect(Buffer.isBuffer(await outcome(file, codecs))).toBe(true);
  }, 30_000);

  it('cut anywhere it never ends normally', async () => {
    const file = await madeFile(codec, transferSyntaxUID);
    const pixels = file.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0]));
    for (let length = pixels + 1; length < file.length - 16; length += 151)
      expect(await outcome(file.subarray(0, length), codecs)).toMatch(/^DICOM_/);
  });
});
