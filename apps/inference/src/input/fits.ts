import type { NamedDataSet } from '@sluice/dicom';
import type { Contract } from './contract.js';
import { itemsOf, numbersOf, termsOf, textOf } from './header.js';
import { tissueRegion, type Region } from './region.js';

/** Why no model applies; a word for events and pages, nothing of the object. */
export type Unfit =
  | 'modality'
  | 'body-part-not-given'
  | 'body-part'
  | 'photometric'
  | 'several-frames'
  | 'too-many-frames'
  | 'sequence-not-proven'
  | 'ultrasound-region'
  | 'size'
  | 'no-pixels'
  | 'blank';

/** An object that the model was made for: how many frames and, where it has one, its ultrasound region. */
export interface Fitting {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly region: Region | undefined;
}

/** In one frame, and in all of an object: greys, maps and pictures of them are held in memory, whatever side a contract lets in. */
const MOST_FRAME_PIXELS = 16 * 1024 * 1024;
const MOST_PIXELS = 256 * 1024 * 1024;

/** Codes of Anatomic Region Sequence by the words of Body Part Examined (PS3.16 L-1): SNOMED CT, and SRT as older objects have it. */
const REGION_CODES: Readonly<Record<string, string>> = {
  '76752008': 'BREAST',
  'T-04000': 'BREAST',
  '12738006': 'BRAIN',
  'T-A0100': 'BRAIN',
  '69536005': 'HEAD',
  'T-D1100': 'HEAD',
};

/** Holds the object against the model's input contract. What its header does not say is not guessed. */
export function fitOf(dataSet: NamedDataSet, contract: Contract): Fitting | Unfit {
  const { fits, input } = contract;
  if (!fits.modality.includes(textOf(dataSet, 'Modality').toUpperCase())) return 'modality';
  const parts = bodyPartsOf(dataSet);
  if (parts.length === 0) return 'body-part-not-given';
  if (!parts.every((part) => fits.bodyPart.includes(part))) return 'body-part';
  const size = sizeOf(dataSet);
  if (!size) return 'no-pixels';
  if (!fits.photometric.includes(textOf(dataSet, 'PhotometricInterpretation').toUpperCase()))
    return 'photometric';
  if (fits.frames === 'single' && size.frames !== 1) return 'several-frames';
  if (size.frames > fits.mostFrames) return 'too-many-frames';
  const pixels = size.rows * size.columns;
  if (pixels > MOST_FRAME_PIXELS || pixels * size.frames > MOST_PIXELS) return 'size';
  if (fits.sequence !== undefined && !isContrastT1(dataSet)) return 'sequence-not-proven';
  const region = input.region === 'ultrasound' ? tissueRegion(dataSet, size) : 'none';
  if (region === 'unfit') return 'ultrasound-region';
  const found = region === 'none' ? undefined : region;
  const { width, height } = found?.box ?? { width: size.columns, height: size.rows };
  const [least, most] = [Math.min(width, height), Math.max(width, height)];
  if (least < fits.leastSidePixels || most > fits.largestSidePixels) return 'size';
  return { ...size, region: found };
}

function bodyPartsOf(dataSet: NamedDataSet): readonly string[] {
  const coded = itemsOf(dataSet, 'AnatomicRegionSequence').map((item) => textOf(item, 'CodeValue'));
  return [...termsOf(dataSet, 'BodyPartExamined'), ...coded.map((code) => REGION_CODES[code] ?? code)];
}

function sizeOf(dataSet: NamedDataSet): Omit<Fitting, 'region'> | undefined {
  const [rows = 0] = numbersOf(dataSet, 'Rows');
  const [columns = 0] = numbersOf(dataSet, 'Columns');
  const [frames = 1] = numbersOf(dataSet, 'NumberOfFrames');
  return rows > 0 && columns > 0 && frames >= 1 ? { rows, columns, frames } : undefined;
}

/** The one sequence that a contract names so far, "T1-weighted, contrast-enhanced": both must stand in the header. */
function isContrastT1(dataSet: NamedDataSet): boolean {
  const weighted = termsOf(dataSet, 'AcquisitionContrast').includes('T1');
  return weighted && textOf(dataSet, 'ContrastBolusAgent') !== '';
}
