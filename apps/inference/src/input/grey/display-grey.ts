import { storedValues, toGrey8, type NamedDataSet, type Raster } from '@sluice/dicom';
import { itemsOf, numbersOf } from '../header.js';
import { lookupTable, lookUp } from './lookup-table.js';
import { ramp, shadeOf, type Shade } from './values-of-interest.js';

/** Shades of grey, 8 bits, row by row, 0 dark. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

type Step = (value: number) => number;

/**
 * A frame as the header says it is to be seen (PS3.4 N.2): modality LUT or rescale, VOI LUT or window (without one: 8-bit greys as they
 * are, others from the least to the greatest value that is no padding), MONOCHROME1 turned round; colours by their luminance. `header` is the frame's own (frameHeader).
 * Throws DICOM_PIXELS_UNSUPPORTED for colours that are not known.
 */
export function displayGrey(raster: Raster, header: NamedDataSet): Grey {
  const { columns: width, rows: height, samplesPerPixel, photometric } = raster;
  if (samplesPerPixel > 1 || photometric === 'PALETTE COLOR')
    return { width, height, data: new Uint8Array(toGrey8(raster).data) };
  const modality = modalityOf(header, raster.signed);
  const isPadding = paddingOf(header, raster.signed);
  const view = shadeOf(header, canBeNegative(header, raster));
  const isPadded = numbersOf(header, 'PixelPaddingValue').length > 0;
  const isPlain = isPlainGrey(raster, header);
  const isAsItIs = isPlain && !view && !isPadded && photometric === 'MONOCHROME2';
  // What is a byte already is not read number by number.
  if (isAsItIs && raster.bitsAllocated === 8 && raster.highBit === 7)
    return { width, height, data: new Uint8Array(raster.bytes.subarray(0, width * height)) };
  const stored = storedValues(raster);
  if (isAsItIs) return { width, height, data: new Uint8Array(stored) };
  const shade = view ?? (isPlain ? ramp(0, 255) : wholeRange(stored, modality, isPadding));
  const inverted = photometric === 'MONOCHROME1';
  const data = new Uint8Array(width * height);
  for (let at = 0; at < data.length; at += 1) {
    const value = stored[at] as number;
    if (isPadding(value)) continue;
    const light = Math.round(255 * shade(modality(value)));
    data[at] = inverted ? 255 - light : light;
  }
  return { width, height, data };
}

/** What an ultrasound scanner drew to be seen; models learned from such pictures without any stretching. */
function isPlainGrey({ bitsStored, signed, numbers }: Raster, header: NamedDataSet): boolean {
  if (itemsOf(header, 'ModalityLUTSequence').length > 0 || numbers !== 'integer' || signed) return false;
  const slope = numbersOf(header, 'RescaleSlope')[0] ?? 1;
  return bitsStored === 8 && slope === 1 && (numbersOf(header, 'RescaleIntercept')[0] ?? 0) === 0;
}

/** PS3.3 C.11.1. */
function modalityOf(header: NamedDataSet, signed: boolean): Step {
  const [item] = itemsOf(header, 'ModalityLUTSequence');
  const table = item && lookupTable(item, signed);
  if (table) return (value) => lookUp(table, value);
  const slope = numbersOf(header, 'RescaleSlope')[0] || 1;
  const intercept = numbersOf(header, 'RescaleIntercept')[0] ?? 0;
  return (value) => value * slope + intercept;
}

/** The first value of a VOI LUT is signed where what goes in can be negative (PS3.3 C.11.2.1.1). */
function canBeNegative(header: NamedDataSet, { signed }: Raster): boolean {
  if (itemsOf(header, 'ModalityLUTSequence').length > 0) return false;
  return signed || (numbersOf(header, 'RescaleIntercept')[0] ?? 0) < 0;
}

/** Stored values that are no picture, also a range of them (PS3.3 C.7.5.1.1.2). */
function paddingOf(header: NamedDataSet, signed: boolean): (value: number) => boolean {
  // In implicit VR nobody says that a value is signed.
  const [value, end] = ['PixelPaddingValue', 'PixelPaddingRangeLimit'].map((keyword) => {
    const [number] = numbersOf(header, keyword);
    return signed && number !== undefined && number > 0x7fff ? number - 0x10000 : number;
  });
  if (value === undefined) return () => false;
  const limit = end ?? value;
  const [low, high] = [Math.min(value, limit), Math.max(value, limit)];
  return (stored) => stored >= low && stored <= high;
}

function wholeRange(stored: ArrayLike<number>, modality: Step, isPadding: (value: number) => boolean): Shade {
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < stored.length; at += 1) {
    if (isPadding(stored[at] as number)) continue;
    const value = modality(stored[at] as number);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? ramp(low, high) : () => 0;
}
