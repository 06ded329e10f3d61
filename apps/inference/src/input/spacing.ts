import type { NamedDataSet } from '@sluice/dicom';
import { numbersOf } from './header.js';

/** Distance between neighbouring rows and columns. Where millimetres are not known `unit` is `pixel`: column 1, row by the aspect ratio. */
export interface Spacing {
  readonly unit: 'mm' | 'pixel';
  readonly row: number;
  readonly column: number;
  /** Where it stands; `detector`: sizes are those of the shadow on the detector, not of the thing in the body. */
  readonly from: 'pixel-spacing' | 'detector' | 'ultrasound-region' | 'aspect-ratio' | 'none';
}

const CENTIMETRE = 3;

/** The spacing of a frame: its ultrasound region's, else Pixel Spacing, else Imager Pixel Spacing, else the aspect ratio, else square pixels. */
export function spacingOf(header: NamedDataSet, region?: NamedDataSet): Spacing {
  const found =
    (region && regionSpacing(region)) ??
    pairOf(header, 'PixelSpacing', 'pixel-spacing') ??
    detectorSpacing(header) ??
    aspectOf(header);
  return found ?? { unit: 'pixel', row: 1, column: 1, from: 'none' };
}

/** Physical Delta X and Y per pixel, in centimetres for both (PS3.3 C.8.5.5.1.15); the sign tells a direction only. */
function regionSpacing(region: NamedDataSet): Spacing | undefined {
  const units = ['PhysicalUnitsXDirection', 'PhysicalUnitsYDirection'].map((at) => numbersOf(region, at)[0]);
  if (units.some((unit) => unit !== CENTIMETRE)) return undefined;
  const [x, y] = ['PhysicalDeltaX', 'PhysicalDeltaY'].map((at) => Math.abs(numbersOf(region, at)[0] ?? 0));
  return spacing((y ?? 0) * 10, (x ?? 0) * 10, 'ultrasound-region');
}

/** Row spacing first (PS3.3 10.7.1.3). */
function pairOf(header: NamedDataSet, keyword: string, from: Spacing['from']): Spacing | undefined {
  const [row = 0, column = 0] = numbersOf(header, keyword);
  return spacing(row, column, from);
}

/** At the detector; divided by the magnification where the header estimates it (PS3.3 C.8.11.3). */
function detectorSpacing(header: NamedDataSet): Spacing | undefined {
  const found = pairOf(header, 'ImagerPixelSpacing', 'detector');
  const factor = numbersOf(header, 'EstimatedRadiographicMagnificationFactor')[0] ?? 1;
  if (!found || !(factor >= 1)) return found;
  return { ...found, row: found.row / factor, column: found.column / factor };
}

/** Vertical over horizontal size of a pixel (PS3.3 C.7.6.3.1.7). */
function aspectOf(header: NamedDataSet): Spacing | undefined {
  const [vertical = 0, horizontal = 0] = numbersOf(header, 'PixelAspectRatio');
  const found = spacing(vertical / horizontal, 1, 'aspect-ratio');
  return found && { ...found, unit: 'pixel' };
}

/** A micrometre to ten centimetres for a pixel, and no pixel twenty times as long as wide: anything else is a slip of the pen. */
function spacing(row: number, column: number, from: Spacing['from']): Spacing | undefined {
  const possible = [row, column].every((size) => size >= 1e-3 && size <= 100);
  const ratio = row / column;
  return possible && ratio <= 20 && ratio >= 0.05 ? { unit: 'mm', row, column, from } : undefined;
}
