import { afterAll, describe, expect, it } from 'vitest';
import { gather, inChunks } from '../../part10/part10-fixture.js';
import { maskPart10 } from '../mask/mask-part10.js';
import { madeFrame } from '../testing/made-frames.js';
import { madeImage } from '../testing/made-objects.js';
import { isBare } from './bare-codestream.js';
import { createCodecs } from './codec-pool.js';
import type { Codec, FrameShape } from './codec.types.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const shape: FrameShape = { rows: 40, columns: 40, samplesPerPixel: 1, bitsAllocated: 8, ybr: false };
const coding = { precision: 8, signed: false };
const NAME = Buffer.from('ASHDOWN^CLARA');

async function encoded(codec: Codec): Promise<Buffer> {
  const frame = { bytes: new Uint8Array(madeFrame(shape, coding)), colour: 'GREY' as const, coding };
  const task = { codec, shape, frame, transformColour: false, byResolution: false };
  return Buffer.from(await codecs.encode(task));
}

/** The name as a segment of a JPEG after its start, or of J2K before its first tile. */
function withSegment(codestream: Buffer, marker: number, text?: Buffer): Buffer {
  const j2k = codestream[1] === 0x4f;
  const at = j2k ? codestream.indexOf(Buffer.from([0xff, 0x90])) : 2;
  const value = text ?? (j2k ? Buffer.concat([Buffer.from([0, 1]), NAME]) : NAME);
  const header = Buffer.alloc(4);
  header.writeUInt16BE(marker);
  header.writeUInt16BE(value.length + 2, 2);
  return Buffer.concat([codestream.subarray(0, at), header, value, codestream.subarray(at)]);
}

describe.each([
  ['jpeg', '1.2.840.10008.1.2.4.70', [0xfffe, 0xffe1, 0xffe0, 0xfff5, 0xff90]],
  ['jpeg-ls', '1.2.840.10008.1.2.4.80', [0xfffe, 0xffe1, 0xffe8, 0xfff0]],
  ['jpeg-2000', '1.2.840.10008.1.2.4.90', [0xff64, 0xff70]],
  ['htj2k', '1.2.840.10008.1.2.4.201', [0xff64, 0xff70]],
] as const)('%s', (codec, transferSyntaxUID, markers) => {
  it('is bare as its encoder makes it, not with a comment, an application segment or a tail', async () => {
    const bare = await encoded(codec);
    expect(isBare(codec, bare, shape)).toBe(true);
    expect(isBare(codec, Buffer.concat([bare, Buffer.alloc(2)]), shape)).toBe(true);
    expect(isBare(codec, Buffer.concat([bare, NAME]), shape)).toBe(false);
    for (const marker of markers) expect(isBare(codec, withSegment(bare, marker), shape)).toBe(false);
    for (let length = 0; length < bare.length - 1; length += 7)
      expect(isBare(codec, bare.subarray(0, length), shape)).toBe(false);
  });

  it.runIf(codec === 'jpeg-2000')('is not bare where a name follows the sign of an encoder', async () => {
    const bare = await encoded(codec);
    const comment = (text: string) => withSegment(bare, 0xff64, Buffer.from(`\0\x01${text}`, 'latin1'));
    expect(isBare(codec, comment('Kakadu-v7.10.2'), shape)).toBe(true);
    expect(isBare(codec, comment('Kakadu-v7 ASHDOWN CLARA'), shape)).toBe(false);
  });

  it('loses what is no image when another frame of its object is masked', async () => {
    const bare = await encoded(codec);
    for (const extra of [withSegment(bare, markers[0]), Buffer.concat([bare, NAME])]) {
      const file = madeImage({ transferSyntaxUID, rows: 40, columns: 40, frames: [[bare], [extra], [bare]] });
      expect(file.includes(NAME)).toBe(true);
      const rectangles = (frame: number) => (frame === 0 ? [{ x: 0, y: 0, width: 9, height: 9 }] : []);
      const out = await gather(maskPart10(inChunks(file), { codecs, rectangles }));
      expect(out.includes(NAME)).toBe(false);
      expect(out.includes(bare)).toBe(true);
    }
  });
});

describe.each(['rle', 'deflate'] as const)('%s', (codec) => {
  it('is bare as its encoder makes it, and padded; not with a tail, and not cut', async () => {
    const bare = await encoded(codec);
    expect(isBare(codec, bare, shape)).toBe(true);
    expect(isBare(codec, Buffer.concat([bare, Buffer.alloc(2)]), shape)).toBe(true);
    expect(isBare(codec, Buffer.concat([bare, NAME]), shape)).toBe(false);
    for (let length = 0; length < bare.length - 1; length += 7)
      expect(isBare(codec, bare.subarray(0, length), shape)).toBe(false);
  });
});
