import {
  encodeHeader,
  encodeItemHeader,
  syntaxOf,
  UNDEFINED_LENGTH,
  type Encoding,
} from '../../data-set/encoding.js';
import { elementIn, part10 } from '../../part10/part10-fixture.js';

/** An image to make. Frames are native bytes (as the file holds them) or codestreams; each is given as its fragments. */
export interface MadeImage {
  readonly transferSyntaxUID: string;
  readonly rows: number;
  readonly columns: number;
  readonly frames: readonly (readonly Uint8Array[])[];
  readonly samplesPerPixel?: number;
  readonly photometric?: string;
  readonly planar?: boolean;
  readonly bitsAllocated?: number;
  readonly bitsStored?: number;
  readonly signed?: boolean;
  readonly numberOfFrames?: string;
  readonly vr?: string;
  readonly pixelTag?: number;
  /** Encoded elements to add, by tag: they must fit the syntax. */
  readonly more?: ReadonlyMap<number, Buffer>;
  readonly offsetTable?: Buffer;
}

/** A Part 10 file of one image, with what stands before and after the pixels. */
export function madeImage(image: MadeImage): Buffer {
  const encoding = syntaxOf(image.transferSyntaxUID);
  const write = elementIn(encoding);
  const us = (value: number) => {
    const bytes = Buffer.alloc(2);
    if (encoding.littleEndian) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  };
  const { samplesPerPixel = 1, bitsAllocated = 8, bitsStored = bitsAllocated } = image;
  const elements = new Map<number, Buffer>([
    [0x00080060, write(0x00080060, 'CS', 'OT')],
    [0x00280002, write(0x00280002, 'US', us(samplesPerPixel))],
    [0x00280004, write(0x00280004, 'CS', even(image.photometric ?? 'MONOCHROME2'))],
    [0x00280008, write(0x00280008, 'IS', even(image.numberOfFrames ?? String(image.frames.length)))],
    [0x00280010, write(0x00280010, 'US', us(image.rows))],
    [0x00280011, write(0x00280011, 'US', us(image.columns))],
    [0x00280100, write(0x00280100, 'US', us(bitsAllocated))],
    [0x00280101, write(0x00280101, 'US', us(bitsStored))],
    [0x00280102, write(0x00280102, 'US', us(bitsStored - 1))],
    [0x00280103, write(0x00280103, 'US', us(image.signed ? 1 : 0))],
    [image.pixelTag ?? 0x7fe00010, pixelElement(image, encoding)],
    [0xfffcfffc, write(0xfffcfffc, 'OB', Buffer.alloc(4))],
    ...(image.more ?? []),
  ]);
  if (samplesPerPixel > 1) elements.set(0x00280006, write(0x00280006, 'US', us(image.planar ? 1 : 0)));
  const sorted = [...elements].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
  return part10(sorted, image.transferSyntaxUID);
}

function pixelElement(image: MadeImage, encoding: Encoding): Buffer {
  const tag = image.pixelTag ?? 0x7fe00010;
  if (syntaxOf(image.transferSyntaxUID).native)
    return elementIn(encoding)(
      tag,
      image.vr ?? ((image.bitsAllocated ?? 8) > 8 ? 'OW' : 'OB'),
      Buffer.concat(image.frames.flat()),
    );
  const items = [image.offsetTable ?? Buffer.alloc(0), ...image.frames.flat().map(evenBytes)];
  return Buffer.concat([
    encodeHeader({ tag, vr: 'OB' }, UNDEFINED_LENGTH, encoding),
    ...items.flatMap((item) => [encodeItemHeader(0xfffee000, item.length, encoding), item]),
    encodeItemHeader(0xfffee0dd, 0, encoding),
  ]);
}

function even(text: string): string {
  return text.length % 2 ? `${text} ` : text;
}

function evenBytes(bytes: Uint8Array): Buffer {
  return bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : Buffer.from(bytes);
}
