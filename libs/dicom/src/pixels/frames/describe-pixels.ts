import { tagOf } from '../../dictionary/elements.js';
import { brokenPixels, exceeded, unreadPixels, type DicomLimits } from '../../limits.js';
import { unpadded } from '../../text/padding.js';
import { PIXEL_SYNTAXES, type PixelSyntax } from '../pixel-syntaxes.table.js';

/** One value of the header, as it stands there. */
export interface HeaderValue {
  readonly value: Buffer;
  readonly littleEndian: boolean;
}

/** What a header says of its pixels (PS3.3 C.7.6.3), checked; nothing of it is identifying. */
export interface PixelDescription {
  readonly transferSyntaxUID: string;
  readonly syntax: PixelSyntax;
  /** False where frames stand in fragments. */
  readonly native: boolean;
  readonly numbers: 'integer' | 'float' | 'double';
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly photometric: string;
  /** Samples of a pixel lie apart, plane by plane. */
  readonly planar: boolean;
  /** 1, 8, 16, 32 or 64. */
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly numberOfFrames: number;
  /** Bits of one frame as native pixel data holds it. */
  readonly frameBits: number;
  /** Values that a picture needs: rescale, window, palette. */
  readonly values: ReadonlyMap<number, HeaderValue>;
}

const tag = (keyword: string): number => {
  const found = tagOf(keyword);
  if (found === undefined) throw new TypeError(`the dictionary has no ${keyword}`);
  return found;
};

export const PIXEL_TAGS = {
  sopClass: tag('SOPClassUID'),
  samplesPerPixel: tag('SamplesPerPixel'),
  photometric: tag('PhotometricInterpretation'),
  planarConfiguration: tag('PlanarConfiguration'),
  numberOfFrames: tag('NumberOfFrames'),
  rows: tag('Rows'),
  columns: tag('Columns'),
  bitsAllocated: tag('BitsAllocated'),
  bitsStored: tag('BitsStored'),
  highBit: tag('HighBit'),
  pixelRepresentation: tag('PixelRepresentation'),
  windowCenter: tag('WindowCenter'),
  windowWidth: tag('WindowWidth'),
  rescaleIntercept: tag('RescaleIntercept'),
  rescaleSlope: tag('RescaleSlope'),
  lossy: tag('LossyImageCompression'),
} as const;

/** Red, green, blue: descriptor, and data as it is or in segments (PS3.3 C.7.6.3.1.5, C.7.9.2). */
export const PALETTE_TAGS = [
  { descriptor: 0x00281101, data: 0x00281201, segmented: 0x00281221 },
  { descriptor: 0x00281102, data: 0x00281202, segmented: 0x00281222 },
  { descriptor: 0x00281103, data: 0x00281203, segmented: 0x00281223 },
] as const;

/** Elements of depth 0 that a description is made of. */
export const DESCRIBING_TAGS: ReadonlySet<number> = new Set([
  ...Object.values(PIXEL_TAGS),
  ...PALETTE_TAGS.flatMap(({ descriptor, data, segmented }) => [descriptor, data, segmented]),
]);

const FLOAT_PIXEL_DATA = 0x7fe00008;
const DOUBLE_PIXEL_DATA = 0x7fe00009;
const HALF_CHROMA = new Set(['YBR_FULL_422', 'YBR_PARTIAL_422']);
const ALLOCATED = new Set([1, 8, 16, 32, 64]);

/** Where pixels begin and in what. */
export interface PixelElement {
  readonly tag: number;
  readonly transferSyntaxUID: string;
  readonly native: boolean;
}

/** Throws DICOM_PIXELS_MALFORMED, DICOM_PIXELS_UNSUPPORTED, DICOM_LIMIT_EXCEEDED. */
export function describePixels(
  values: ReadonlyMap<number, HeaderValue>,
  element: PixelElement,
  limits: DicomLimits,
): PixelDescription {
  const syntax = PIXEL_SYNTAXES.get(element.transferSyntaxUID);
  if (!syntax) throw unreadPixels('pixels in a transfer syntax that no codec here reads');
  const described = { ...element, syntax, ...sizeOf(values), ...sampleOf(values, element), values };
  const frameBits = frameBitsOf(described);
  if (frameBits / 8 > limits.maxFrameBytes) throw exceeded('a frame is too large');
  const allBytes = (frameBits / 8) * described.numberOfFrames;
  if (!element.native && allBytes > limits.maxPixelBytes)
    throw exceeded('the frames are too many or too large');
  return { ...described, frameBits };
}

function sizeOf(values: ReadonlyMap<number, HeaderValue>) {
  const rows = wholeNumber(values, PIXEL_TAGS.rows) ?? 0;
  const columns = wholeNumber(values, PIXEL_TAGS.columns) ?? 0;
  if (rows === 0 || columns === 0) throw brokenPixels('pixel data without rows or columns');
  const frames = textOf(values, PIXEL_TAGS.numberOfFrames);
  const numberOfFrames = frames === '' ? 1 : Number(frames);
  if (!Number.isInteger(numberOfFrames) || numberOfFrames < 1 || numberOfFrames >= 2 ** 31)
    throw brokenPixels('a number of frames that cannot be');
  return { rows, columns, numberOfFrames };
}

function sampleOf(values: ReadonlyMap<number, HeaderValue>, element: PixelElement) {
  const numbers =
    element.tag === FLOAT_PIXEL_DATA ? 'float' : element.tag === DOUBLE_PIXEL_DATA ? 'double' : 'integer';
  const samplesPerPixel = wholeNumber(values, PIXEL_TAGS.samplesPerPixel) ?? 1;
  if (samplesPerPixel < 1 || samplesPerPixel > 4) throw brokenPixels('a pixel of no or too many samples');
  const bitsAllocated = allocatedOf(wholeNumber(values, PIXEL_TAGS.bitsAllocated), numbers);
  const bitsStored = wholeNumber(values, PIXEL_TAGS.bitsStored) ?? bitsAllocated;
  const highBit = wholeNumber(values, PIXEL_TAGS.highBit) ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1)
    throw brokenPixels('bits stored or high bit do not fit the bits allocated');
  return {
    numbers,
    samplesPerPixel,
    bitsAllocated,
    bitsStored,
    highBit,
    photometric: textOf(values, PIXEL_TAGS.photometric) || (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB'),
    planar: samplesPerPixel > 1 && wholeNumber(values, PIXEL_TAGS.planarConfiguration) === 1,
    signed: wholeNumber(values, PIXEL_TAGS.pixelRepresentation) === 1,
  } as const;
}

function allocatedOf(said: number | undefined, numbers: PixelDescription['numbers']): number {
  const expected = { integer: undefined, float: 32, double: 64 }[numbers];
  const bits = said ?? expected;
  if (bits === undefined) throw brokenPixels('pixel data without bits allocated');
  if (expected !== undefined && bits !== expected) throw brokenPixels('floating point pixels of other size');
  if (!ALLOCATED.has(bits)) throw unreadPixels('bits allocated other than 1, 8, 16, 32 or 64');
  return bits;
}

function frameBitsOf(
  described: Pick<
    PixelDescription,
    'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated' | 'photometric' | 'native'
  >,
): number {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometric, native } = described;
  const halved = native && samplesPerPixel === 3 && HALF_CHROMA.has(photometric);
  if (halved && columns % 2 === 1) throw brokenPixels('halved chroma in an odd number of columns');
  return rows * columns * (halved ? 2 : samplesPerPixel) * bitsAllocated;
}

/** True for native pixels of which two neighbours share their chroma. */
export function hasHalfChroma(description: PixelDescription): boolean {
  return description.native && description.samplesPerPixel === 3 && HALF_CHROMA.has(description.photometric);
}

/** Ultrasound Image Storage and its film: they take YBR_FULL by planes alone (PS3.3 C.8.5.6.1.16). */
const BY_PLANES = new Set(['1.2.840.10008.5.1.4.1.1.6.1', '1.2.840.10008.5.1.4.1.1.3.1']);

/** True where the object may hold YBR_FULL in a syntax that says Planar Configuration 1, as RLE does, and in no other. */
export function wantsPlanes({ values, photometric }: PixelDescription): boolean {
  return photometric.startsWith('YBR_FULL') && BY_PLANES.has(textOf(values, PIXEL_TAGS.sopClass));
}

/** First value of an unsigned short; undefined where there is none. */
function wholeNumber(values: ReadonlyMap<number, HeaderValue>, at: number): number | undefined {
  const found = values.get(at);
  if (!found || found.value.length < 2) return undefined;
  return found.littleEndian ? found.value.readUInt16LE(0) : found.value.readUInt16BE(0);
}

/** First value as text; empty where there is none. */
export function textOf(values: ReadonlyMap<number, HeaderValue>, at: number): string {
  const text = values.get(at)?.value.toString('latin1') ?? '';
  return unpadded(text.split('\\')[0] ?? '').trim();
}
