import { MOST_VALUES } from './value-counts.table.js';

/** What a value representation can hold, as far as scrubbing cares (PS3.5 6.2). */
export type ValueKind = 'text' | 'uid' | 'sequence' | 'number' | 'bulk';

const KINDS: Readonly<Record<ValueKind, string>> = {
  text: 'AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT',
  uid: 'UI',
  sequence: 'SQ',
  number: 'AT FD FL SL SS SV UL US UV',
  bulk: 'OB OD OF OL OV OW UN',
};
const kinds = new Map(
  Object.entries(KINDS).flatMap(([kind, vrs]) => vrs.split(' ').map((vr) => [vr, kind as ValueKind])),
);

/** The kind of a VR; undefined for one that is not in PS3.5. */
export function kindOf(vr: string): ValueKind | undefined {
  return kinds.get(vr);
}

const WIDTHS: Readonly<Record<string, number>> = Object.fromEntries(
  'AT4 FD8 FL4 SL4 SS2 SV8 UL4 US2 UV8'.split(' ').map((one) => [one.slice(0, 2), Number(one[2])]),
);

const mostValues = new Map(
  Object.entries(MOST_VALUES).flatMap(([count, tags]) =>
    tags
      .trim()
      .split(/\s+/)
      .map((tag) => [Number.parseInt(tag, 16), Number(count)] as const),
  ),
);

/** True for whole values of a binary number, and no more of them than its attribute has (PS3.6). */
export function isNumberOf(tag: number, vr: string, lengthBytes: number): boolean {
  const width = widthOf(vr);
  return lengthBytes % width === 0 && lengthBytes / width <= (mostValues.get(tag) ?? Infinity);
}

/** Bytes of one value of a binary number VR; 1 for any other. */
function widthOf(vr: string): number {
  return WIDTHS[vr] ?? 1;
}

/**
 * Standard attributes whose value is samples, tables or coordinates and cannot be removed without loss of the image.
 * Any other bulk value (signatures, encrypted content, padding, audio, private data) does not survive, nor do extended offset tables: frames
 * are found without them, and anything may stand there.
 */
const BULK = new Set([
  0x00281201, 0x00281202, 0x00281203, 0x00281204, 0x00281221, 0x00281222, 0x00281223, 0x00281224, 0x00281408,
  0x00283006, 0x00640009, 0x00660016, 0x00660021, 0x00660022, 0x00660023, 0x00660024, 0x00660025, 0x00660029,
  0x00660103, 0x00660125, 0x00660129, 0x006a0011, 0x00701808, 0x54000110, 0x54000112, 0x5400100a, 0x54001010,
  0x56000010, 0x56000020, 0x7fe00008, 0x7fe00009, 0x7fe00010,
]);

/** True where a bulk value of this tag may stay. Pixels below depth 0 are icons and the like, which nothing has looked at. */
export function isImageBulk(tag: number, depth: number): boolean {
  return BULK.has(tag) && (depth === 0 || tag >>> 16 !== 0x7fe0);
}
