import { encodeHeader, encodeItemHeader, EXPLICIT_LE, UNDEFINED_LENGTH } from '../../data-set/encoding.js';
import { madeImage, type MadeImage } from './made-objects.js';

/** A multi-frame object of one frame again and again, made while it is read: as long as one likes, in no memory. */
export async function* longObject(
  image: Omit<MadeImage, 'frames' | 'numberOfFrames'>,
  frame: Uint8Array,
  count: number,
): AsyncGenerator<Buffer> {
  const template = madeImage({ ...image, frames: [[frame]], numberOfFrames: String(count) });
  const start = template.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0]));
  const native = template.readUInt32LE(start + 8) !== UNDEFINED_LENGTH;
  yield template.subarray(0, start);
  const vr = template.toString('latin1', start + 4, start + 6);
  const length = native ? frame.length * count : UNDEFINED_LENGTH;
  yield encodeHeader({ tag: 0x7fe00010, vr }, length, EXPLICIT_LE);
  if (!native) yield encodeItemHeader(0xfffee000, 0, EXPLICIT_LE);
  const item = encodeItemHeader(0xfffee000, frame.length, EXPLICIT_LE);
  for (let index = 0; index < count; index += 1) {
    if (!native) yield item;
    yield Buffer.from(frame);
  }
  if (!native) yield encodeItemHeader(0xfffee0dd, 0, EXPLICIT_LE);
}
