import { afterAll, expect, it } from 'vitest';
import { createCodecs } from './codecs/codec-pool.js';
import type { FrameShape } from './codecs/codec.types.js';
import { maskPart10 } from './mask/mask-part10.js';
import { longObject } from './testing/long-object.js';
import { madeFrame } from './testing/made-frames.js';

const MIB = 1024 * 1024;
/** What collection may lag behind; an object that was held would add three quarters of its size, 192 MiB and more. */
const MOST_RISE = 112 * MIB;
const codecs = createCodecs();
afterAll(() => codecs.close());

const shape: FrameShape = { rows: 512, columns: 512, samplesPerPixel: 1, bitsAllocated: 16, ybr: false };
const coding = { precision: 12, signed: false };
const native = madeFrame(shape, coding);

/** Streams an object of `count` frames through the mask; how far resident memory rose after its first quarter. */
async function riseOf(transferSyntaxUID: string, frame: Uint8Array, count: number): Promise<number> {
  const source = longObject({ transferSyntaxUID, ...shape, bitsStored: 12 }, frame, count);
  const rectangles = () => [{ x: 0, y: 0, width: 100, height: 20 }];
  let bytes = 0;
  let early = 0;
  let late = 0;
  const expected = frame.length * count;
  for await (const chunk of maskPart10(source, { codecs, rectangles })) {
    bytes += chunk.length;
    const { rss } = process.memoryUsage();
    if (bytes < expected / 4) early = Math.max(early, rss);
    else late = Math.max(late, rss);
  }
  expect(bytes).toBeGreaterThan(expected / 2);
  return late - early;
}

it('256 MiB of native frames are masked in memory that does not grow with them', async () => {
  expect(await riseOf('1.2.840.10008.1.2.1', native, 512)).toBeLessThan(MOST_RISE);
}, 60_000);

it('so are compressed ones', async () => {
  const frame = { bytes: new Uint8Array(native), colour: 'GREY' as const, coding };
  for (const [codec, uid] of [
    ['rle', '1.2.840.10008.1.2.5'],
    ['htj2k', '1.2.840.10008.1.2.4.201'],
  ] as const) {
    const bytes = await codecs.encode({
      codec,
      shape,
      frame: { ...frame, bytes: frame.bytes.slice() },
      transformColour: false,
      byResolution: false,
    });
    const even = bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes;
    expect(await riseOf(uid, even, 256)).toBeLessThan(MOST_RISE);
  }
}, 60_000);
