import { writePart10, type NamedDataSet } from '@sluice/dicom';
import type { Contract } from '../../input/contract.js';
import { modelFrames, readInput, type ModelFrame, type ModelInput } from '../../input/read-input.js';
import { letterbox } from '../../input/place/letterbox.js';
import { cut } from '../../input/place/letterbox.js';
import { NO_CODECS, opened } from '../../input/testing/made-input.js';
import { answerFrame, type FrameAnswer, type ModelOutput } from '../answer-frame.js';

/** An ellipse in a picture, in pixels; `turned` clockwise, in degrees. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly longHalf: number;
  readonly shortHalf: number;
  readonly turned: number;
}

export const SIZE = { columns: 600, rows: 400 };
export const LESION: Ellipse = { x: 290, y: 200, longHalf: 90, shortHalf: 50, turned: 30 };
/** 0.12 mm a pixel. */
export const MM = 0.12;

const REGION = {
  RegionSpatialFormat: [1],
  RegionDataType: [1],
  RegionFlags: [0],
  RegionLocationMinX0: [60],
  RegionLocationMinY0: [30],
  RegionLocationMaxX1: [539],
  RegionLocationMaxY1: [369],
  PhysicalUnitsXDirection: [3],
  PhysicalUnitsYDirection: [3],
  PhysicalDeltaX: [MM / 10],
  PhysicalDeltaY: [MM / 10],
};

/** Whether a pixel's middle lies in the ellipse. */
export function isIn({ x, y, longHalf, shortHalf, turned }: Ellipse, column: number, row: number): boolean {
  const angle = (turned * Math.PI) / 180;
  const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
  const along = dx * Math.cos(angle) + dy * Math.sin(angle);
  const across = dy * Math.cos(angle) - dx * Math.sin(angle);
  return (along / longHalf) ** 2 + (across / shortHalf) ** 2 <= 1;
}

/** 1 inside the ellipse, for the whole picture. */
export function truthOf(ellipse: Ellipse, { columns, rows } = SIZE): Uint8Array {
  return Uint8Array.from({ length: columns * rows }, (_, at) =>
    isIn(ellipse, at % columns, Math.floor(at / columns)) ? 1 : 0,
  );
}

/** A de-identified ultrasound picture of nobody's breast: grey tissue, a dark ellipse, a bright frame around the region. */
export function phantomObject(some: NamedDataSet = {}): Buffer {
  const { columns, rows } = SIZE;
  const pixels = Buffer.alloc(columns * rows, 255);
  for (let y = 30; y < 370; y += 1)
    for (let x = 60; x < 540; x += 1)
      pixels[y * columns + x] = isIn(LESION, x, y) ? 40 : 120 + ((x * 31 + y * 17) % 60);
  return writePart10({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.6.1',
    SOPInstanceUID: '2.25.101',
    StudyInstanceUID: '2.25.102',
    SeriesInstanceUID: '2.25.103',
    PatientName: 'PSEUDONYM^7',
    PatientID: 'P7',
    PatientBirthDate: '',
    PatientSex: 'F',
    PatientIdentityRemoved: 'YES',
    DeidentificationMethod: 'Sluice',
    StudyDate: '20010203',
    StudyTime: '101112',
    AccessionNumber: '',
    StudyID: '',
    ReferringPhysicianName: '',
    Modality: 'US',
    SeriesNumber: '1',
    InstanceNumber: '1',
    BodyPartExamined: 'BREAST',
    SequenceOfUltrasoundRegions: [REGION],
    SamplesPerPixel: [1],
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: [rows],
    Columns: [columns],
    BitsAllocated: [8],
    BitsStored: [8],
    HighBit: [7],
    PixelRepresentation: [0],
    PixelData: pixels,
    ...some,
  });
}

/** What a perfect model says of a frame: the truth in its square. */
export function perfectOutput({ placement }: ModelFrame, truth: Uint8Array): ModelOutput {
  const { columns, rows, crop } = placement;
  const part = cut({ width: columns, height: rows, data: truth.map((one) => one * 255) }, crop);
  const mask = letterbox(part.data, placement).map((grey) => grey / 255);
  return { mask, probabilities: [0.3, 0.7], logits: [0, 1] };
}

/** The phantom on its whole way through a perfect model. */
export async function answeredPhantom(
  contract: Contract,
  some: NamedDataSet = {},
  truth: Uint8Array = truthOf(LESION),
): Promise<{ input: ModelInput; frames: FrameAnswer[] }> {
  const open = opened(phantomObject(some));
  const input = await readInput(open, contract);
  if (typeof input === 'string') throw new Error(input);
  const frames: FrameAnswer[] = [];
  for await (const frame of modelFrames(open, input, { contract, codecs: NO_CODECS }))
    frames.push(answerFrame(frame, frame.image && perfectOutput(frame, truth), contract));
  return { input, frames };
}
