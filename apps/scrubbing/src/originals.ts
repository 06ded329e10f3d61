import { decodeText, type ElementView } from '@sluice/dicom';
import { valuesOf } from './values/dummy-values.js';

/** An original value as it is encoded, and the character sets that hold for it. */
export interface Original {
  readonly value: Buffer;
  readonly vr: string;
  readonly charset: readonly string[];
}

/** Originals of depth 0 that are looked at after the rewrite, by tag. */
export type Originals = ReadonlyMap<number, Original>;

/** Who the original belongs to: content of the sealed way back, never of anything else. */
export interface Person {
  readonly patientID: string;
  readonly issuerOfPatientID: string;
  readonly patientName: string;
}

/** Which originals are looked at. */
export const ORIGINAL = {
  transferSyntaxUID: 0x00020010,
  sopInstanceUID: 0x00080018,
  patientName: 0x00100010,
  patientID: 0x00100020,
  issuerOfPatientID: 0x00100021,
  studyInstanceUID: 0x0020000d,
  seriesInstanceUID: 0x0020000e,
} as const;
const TAGS: ReadonlySet<number> = new Set(Object.values(ORIGINAL));

/** Notes an element of the original, if it is one of them. */
export function noteOriginal(
  originals: Map<number, Original>,
  { tag, path, value, vr, charset }: ElementView,
): void {
  if (path.length === 0 && value && TAGS.has(tag)) originals.set(tag, { value, vr, charset });
}

/** First value, one character per byte; empty where it was missing. */
export function textOf(originals: Originals, tag: number): string {
  return valuesOf(originals.get(tag)?.value ?? Buffer.alloc(0))[0] ?? '';
}

/** The person, decoded by the object's character sets. */
export function personOf(originals: Originals): Person {
  const decoded = (tag: number) => {
    const original = originals.get(tag);
    return original ? decodeText(original.value, original.vr, original.charset) : '';
  };
  return {
    patientID: decoded(ORIGINAL.patientID),
    issuerOfPatientID: decoded(ORIGINAL.issuerOfPatientID),
    patientName: decoded(ORIGINAL.patientName),
  };
}
