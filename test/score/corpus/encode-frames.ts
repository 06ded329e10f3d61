import sharp from 'sharp';
import type { Codecs } from '@sluice/dicom';
import { HEIGHT, WIDTH } from './draw-frame.ts';
import type { Element, Item } from './write-object.ts';

/** How the frames of an object are held. */
export interface PixelForm {
  readonly name: string;
  readonly transferSyntaxUID: string;
  readonly codec?: 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'baseline';
  readonly colour: boolean;
  /** 8, or 12 of 16. */
  readonly bits: 8 | 12;
  readonly lossy?: boolean;
}

/** Every syntax that can be written here, with grey, colour and deep samples by turns. */
export const PIXEL_FORMS: readonly PixelForm[] = [
  { name: 'native', transferSyntaxUID: '1.2.840.10008.1.2.1', colour: false, bits: 8 },
  { name: 'implicit-colour', transferSyntaxUID: '1.2.840.10008.1.2', colour: true, bits: 8 },
  { name: 'big-endian-12-bit', transferSyntaxUID: '1.2.840.10008.1.2.2', colour: false, bits: 12 },
  { name: 'deflated', transferSyntaxUID: '1.2.840.10008.1.2.1.99', colour: false, bits: 8 },
  { name: 'rle-colour', transferSyntaxUID: '1.2.840.10008.1.2.5', codec: 'rle', colour: true, bits: 8 },
  { name: 'rle-12-bit', transferSyntaxUID: '1.2.840.10008.1.2.5', codec: 'rle', colour: false, bits: 12 },
  {
    name: 'jpeg-baseline',
    transferSyntaxUID: '1.2.840.10008.1.2.4.50',
    codec: 'baseline',
    colour: false,
    bits: 8,
    lossy: true,
  },
  {
    name: 'jpeg-lossless',
    transferSyntaxUID: '1.2.840.10008.1.2.4.70',
    codec: 'jpeg',
    colour: false,
    bits: 8,
  },
  {
    name: 'jpeg-lossless-12-bit',
    transferSyntaxUID: '1.2.840.10008.1.2.4.70',
    codec: 'jpeg',
    colour: false,
    bits: 12,
  },
  { name: 'jpeg-ls', transferSyntaxUID: '1.2.840.10008.1.2.4.80', codec: 'jpeg-ls', colour: false, bits: 8 },
  {
    name: 'jpeg-2000-colour',
    transferSyntaxUID: '1.2.840.10008.1.2.4.90',
    codec: 'jpeg-2000',
    colour: true,
    bits: 8,
  },
  { name: 'htj2k', transferSyntaxUID: '1.2.840.10008.1.2.4.201', codec: 'htj2k', colour: false, bits: 8 },
];

const JPEG_QUALITY = 92;

/** Rows, columns and the rest of what a header says of its pixels, and Pixel Data: native bytes, or fragments of a frame each. */
export async function pixelElements(
  frames: readonly Buffer[],
  form: PixelForm,
  codecs: Codecs,
): Promise<{ header: Item; native?: Element; fragments?: Buffer[] }> {
  const samples = frames.map((frame) => samplesOf(frame, form));
  const header = headerOf(frames.length, form);
  if (!form.codec) return { header, native: nativeElement(Buffer.concat(samples), form) };
  const fragments = [];
  for (const [at, frame] of frames.entries())
    fragments.push(await encode(frame, samples[at] ?? frame, { form, codecs }));
  return { header, fragments };
}

/** As stored, little endian: grey is the picture, colour the same three times, deep the same times 16. */
function samplesOf(frame: Buffer, { colour, bits }: PixelForm): Buffer {
  if (colour) return Buffer.from(Array.from(frame, (value) => [value, value, value]).flat());
  if (bits === 8) return frame;
  const out = Buffer.alloc(frame.length * 2);
  for (const [at, value] of frame.entries()) out.writeUInt16LE(value * 16, at * 2);
  return out;
}

function nativeElement(bytes: Buffer, { bits, transferSyntaxUID }: PixelForm): Element {
  if (bits === 8) return [0x7fe00010, transferSyntaxUID === '1.2.840.10008.1.2' ? 'OW' : 'OB', bytes];
  return [0x7fe00010, 'OW', Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16LE(at * 2))];
}

async function encode(
  frame: Buffer,
  samples: Buffer,
  { form, codecs }: { form: PixelForm; codecs: Codecs },
): Promise<Buffer> {
  const { codec, colour, bits } = form;
  if (codec === 'baseline')
    return sharp(frame, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
      .jpeg({ quality: JPEG_QUALITY })
      .toColourspace('b-w')
      .toBuffer();
  const encoded = await codecs.encode({
    codec: codec ?? 'plain',
    shape: {
      rows: HEIGHT,
      columns: WIDTH,
      samplesPerPixel: colour ? 3 : 1,
      bitsAllocated: bits === 8 ? 8 : 16,
      ybr: false,
    },
    frame: {
      bytes: new Uint8Array(samples),
      colour: colour ? 'RGB' : 'GREY',
      coding: { precision: bits, signed: false },
    },
    transformColour: colour,
    byResolution: false,
  });
  return Buffer.from(encoded);
}

function headerOf(frames: number, { colour, bits, codec, lossy }: PixelForm): Item {
  const photometric = !colour ? 'MONOCHROME2' : codec === 'jpeg-2000' ? 'YBR_RCT' : 'RGB';
  return [
    [0x00280002, 'US', [colour ? 3 : 1]],
    [0x00280004, 'CS', photometric],
    ...(colour ? ([[0x00280006, 'US', [0]]] as Item) : []),
    ...(frames > 1 ? ([[0x00280008, 'IS', String(frames)]] as Item) : []),
    [0x00280010, 'US', [HEIGHT]],
    [0x00280011, 'US', [WIDTH]],
    [0x00280100, 'US', [bits === 8 ? 8 : 16]],
    [0x00280101, 'US', [bits]],
    [0x00280102, 'US', [bits - 1]],
    [0x00280103, 'US', [0]],
    ...(lossy ? ([[0x00282110, 'CS', '01']] as Item) : []),
  ];
}
