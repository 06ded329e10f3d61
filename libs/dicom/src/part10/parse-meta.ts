import { vrOfCode } from '../data-set/encoding.js';
import { formatTag } from '../dictionary/elements.js';
import { malformed } from '../limits.js';
import { unpadded } from '../text/padding.js';
import type { FileMeta } from './file-meta.js';

/** One element of group 0002, its value not copied. */
export interface MetaElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer;
}

/** Group 0002 as it was read; `end` is where the data set begins. */
export interface ParsedMeta {
  readonly elements: readonly MetaElement[];
  readonly end: number;
}

const DEFLATED = /^1\.2\.840\.10008\.1\.2\.(1\.99|4\.95|4\.205)$/;

/** True where an element of group 0002 stands. */
export function startsMeta(bytes: Buffer, at: number): boolean {
  return bytes.length >= at + 4 && bytes.readUInt16LE(at) === 2;
}

/**
 * Reads group 0002 from `start`; undefined when bytes are missing. Its elements count, not its group length, which is often wrong;
 * only before a deflated data set, whose bytes may look like anything, is the group length believed. Throws DICOM_MALFORMED.
 */
export function parseMeta(bytes: Buffer, start: number): ParsedMeta | undefined {
  const elements: MetaElement[] = [];
  let at = start;
  let declaredEnd = -1;
  for (;;) {
    if (at === declaredEnd && DEFLATED.test(valueOf(elements, 0x00020010) ?? ''))
      return { elements, end: at };
    if (bytes.length < at + 12) return undefined;
    if (!startsMeta(bytes, at)) return { elements, end: at };
    const element = elementAt(bytes, at);
    if (element === undefined) return undefined;
    if (element.tag <= (elements.at(-1)?.tag ?? -1))
      throw malformed(`file meta element ${formatTag(element.tag)} is out of order or twice there`);
    elements.push(element);
    at = element.value.byteOffset - bytes.byteOffset + element.value.length;
    if (element.tag === 0x00020000 && element.value.length === 4)
      declaredEnd = at + element.value.readUInt32LE();
  }
}

function elementAt(bytes: Buffer, at: number): MetaElement | undefined {
  const tag = 0x00020000 + bytes.readUInt16LE(at + 2);
  const code = vrOfCode(bytes.readUInt16BE(at + 4));
  if (code === undefined) throw malformed(`file meta element ${formatTag(tag)} has no known VR`);
  const length = code.long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
  const valueStart = at + (code.long ? 12 : 8);
  if (length > bytes.length - valueStart) return undefined;
  return { tag, vr: code.vr, value: bytes.subarray(valueStart, valueStart + length) };
}

/** What the elements say; an absent transfer syntax is the empty string. */
export function describeMeta(elements: readonly MetaElement[]): FileMeta {
  return {
    mediaStorageSOPClassUID: valueOf(elements, 0x00020002),
    mediaStorageSOPInstanceUID: valueOf(elements, 0x00020003),
    transferSyntaxUID: valueOf(elements, 0x00020010) ?? '',
  };
}

function valueOf(elements: readonly MetaElement[], tag: number): string | undefined {
  const value = elements.find((element) => element.tag === tag)?.value;
  return value === undefined ? undefined : unpadded(value.toString('latin1')) || undefined;
}
