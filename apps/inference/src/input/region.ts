import type { NamedDataSet } from '@sluice/dicom';
import { itemsOf, numbersOf } from './header.js';

/** A part of a picture, in whole pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An ultrasound region (PS3.3 C.8.5.5): where it is, and the header that describes it. */
export interface Region {
  readonly box: Box;
  readonly header: NamedDataSet;
}

/** `none`: the header names no region; `unfit`: not exactly one picture of tissue, or it does not lie in the image. */
export type FoundRegion = Region | 'none' | 'unfit';

const TWO_DIMENSIONAL = 1;
const TISSUE = 1;
/** Traces of ECG, pulse and heart sound, grey and colour bars, other traces: beside the picture, not a second one. */
const DECORATION = new Set([0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x12]);

/** The one region of two-dimensional tissue. Doppler, M-mode or two pictures side by side are unfit, not a choice to be made. */
export function tissueRegion(
  dataSet: NamedDataSet,
  size: { readonly rows: number; readonly columns: number },
): FoundRegion {
  const regions = itemsOf(dataSet, 'SequenceOfUltrasoundRegions');
  const pictures = regions.filter((header) => !DECORATION.has(first(header, 'RegionDataType') ?? 0));
  const [header] = pictures;
  if (regions.length === 0) return 'none';
  if (!header || pictures.length > 1) return 'unfit';
  if (first(header, 'RegionSpatialFormat') !== TWO_DIMENSIONAL) return 'unfit';
  if (first(header, 'RegionDataType') !== TISSUE) return 'unfit';
  const box = boxOf(header, size);
  return box ? { box, header } : 'unfit';
}

/** Corners are inclusive (PS3.3 C.8.5.5.1.3); some scanners name the column behind the last one. */
function boxOf(header: NamedDataSet, size: { rows: number; columns: number }): Box | undefined {
  const left = first(header, 'RegionLocationMinX0');
  const top = first(header, 'RegionLocationMinY0');
  const right = first(header, 'RegionLocationMaxX1');
  const bottom = first(header, 'RegionLocationMaxY1');
  if (left === undefined || top === undefined || right === undefined || bottom === undefined)
    return undefined;
  const width = Math.min(right, size.columns - 1) - left + 1;
  const height = Math.min(bottom, size.rows - 1) - top + 1;
  const inside = right <= size.columns && bottom <= size.rows && width > 1 && height > 1;
  return inside ? { left, top, width, height } : undefined;
}

function first(header: NamedDataSet, keyword: string): number | undefined {
  return numbersOf(header, keyword)[0];
}
