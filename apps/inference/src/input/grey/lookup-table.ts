import type { NamedDataSet } from '@sluice/dicom';
import { numbersOf } from '../header.js';

/** Entry `value - first`, the outer ones beyond either end (PS3.3 C.11.1.1, C.11.2.1.1). */
export interface LookupTable {
  readonly first: number;
  readonly entries: ArrayLike<number>;
  /** Greatest value that its bits can hold. */
  readonly most: number;
}

/** The table of a Modality or VOI LUT item; undefined where descriptor and data do not agree. `signed`: of the values that go in. */
export function lookupTable(item: NamedDataSet, signed: boolean): LookupTable | undefined {
  const [count = 0, first = 0, bits = 0] = numbersOf(item, 'LUTDescriptor');
  const length = count || 0x10000;
  const entries = entriesOf(item, length);
  if (!entries || entries.length < length || bits < 1 || bits > 16) return undefined;
  return { first: signed && first > 0x7fff ? first - 0x10000 : first, entries, most: 2 ** bits - 1 };
}

/** What the table makes of a value. */
export function lookUp({ first, entries }: LookupTable, value: number): number {
  const at = Math.round(value) - first;
  return entries[Math.min(entries.length - 1, Math.max(0, at))] as number;
}

/** Words; bytes where there are too few for words (old writers of 8-bit tables). */
function entriesOf(item: NamedDataSet, length: number): ArrayLike<number> | undefined {
  const data = item['LUTData'];
  if (!Buffer.isBuffer(data)) return numbersOf(item, 'LUTData');
  if (data.length < 2 * length) return data.length >= length ? data.subarray(0, length) : undefined;
  return Uint16Array.from({ length }, (_, at) => data.readUInt16LE(2 * at));
}
