import type { NamedDataSet } from '@sluice/dicom';
import { itemsOf, numbersOf, termsOf } from '../header.js';
import { lookupTable, lookUp } from './lookup-table.js';

/** From a value after the modality transformation to 0 (dark) to 1 (bright). */
export type Shade = (value: number) => number;

/**
 * The first view that the header offers: its VOI LUT, else its window with the function it names (PS3.3 C.11.2.1). Undefined where it
 * offers none that holds. `signed`: whether values before it can be negative.
 */
export function shadeOf(header: NamedDataSet, signed: boolean): Shade | undefined {
  const [item] = itemsOf(header, 'VOILUTSequence');
  const table = item && lookupTable(item, signed);
  if (table) return (value) => Math.min(1, lookUp(table, value) / table.most);
  const [centre] = numbersOf(header, 'WindowCenter');
  const [width] = numbersOf(header, 'WindowWidth');
  if (centre === undefined || width === undefined) return undefined;
  return windowOf(termsOf(header, 'VOILUTFunction')[0] ?? 'LINEAR', centre, width);
}

/** PS3.3 C.11.2.1.2.1, C.11.2.1.3.1, C.11.2.1.3.2. */
function windowOf(name: string, centre: number, width: number): Shade | undefined {
  if (name === 'SIGMOID' && width > 0) return (value) => 1 / (1 + Math.exp((-4 * (value - centre)) / width));
  if (name === 'LINEAR_EXACT' && width > 0) return ramp(centre - width / 2, centre + width / 2);
  if (name === 'LINEAR' && width >= 1)
    return ramp(centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2);
  return undefined;
}

/** Dark up to `low`, bright above `high`, a straight line between. */
export function ramp(low: number, high: number): Shade {
  return (value) => (value <= low ? 0 : value > high ? 1 : (value - low) / (high - low));
}
