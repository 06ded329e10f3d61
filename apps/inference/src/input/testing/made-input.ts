import { readFileSync } from 'node:fs';
import {
  decodeFrame,
  readFrames,
  writePart10,
  type Codecs,
  type NamedDataSet,
  type Raster,
} from '@sluice/dicom';
import { contractSchema, type Contract } from '../contract.js';

const MODELS = new URL('../../../../../models/', import.meta.url);

/** The contract of a model of this repository. */
export function contractOf(model: string): Contract {
  return contractSchema.parse(JSON.parse(readFileSync(new URL(`${model}/1/contract.json`, MODELS), 'utf8')));
}

/** An ultrasound picture of the breast, 8-bit grey, 4 x 2 pixels where nothing else is said. */
export function madeObject(some: NamedDataSet = {}): Buffer {
  return writePart10({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.6.1',
    SOPInstanceUID: '2.25.11',
    StudyInstanceUID: '2.25.12',
    SeriesInstanceUID: '2.25.13',
    StudyDate: '20200102',
    StudyTime: '101112',
    Modality: 'US',
    BodyPartExamined: 'BREAST',
    SamplesPerPixel: [1],
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: [2],
    Columns: [4],
    BitsAllocated: [8],
    BitsStored: [8],
    HighBit: [7],
    PixelRepresentation: [0],
    PixelData: Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]),
    ...some,
  });
}

/** The bytes, again and again. */
export const opened = (bytes: Buffer) =>
  async function* open(): AsyncGenerator<Buffer> {
    yield bytes;
  };

/** 16-bit words, little endian. */
export function words(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values, (value) => value & 0xffff).buffer);
}

/** For objects that need none. */
export const NO_CODECS: Codecs = {
  decode: (): Promise<never> => Promise.reject(new Error('no codec')),
  encode: (): Promise<never> => Promise.reject(new Error('no codec')),
  close: (): Promise<void> => Promise.resolve(),
};

/** The first frame of an object. */
export async function firstRaster(bytes: Buffer): Promise<Raster> {
  for await (const frame of readFrames(opened(bytes)())) return decodeFrame(frame, NO_CODECS);
  throw new Error('no frame');
}
