import { SluiceError } from '@sluice/contracts';
import { TRANSFER_SYNTAXES } from '../dictionary/uids.table.js';
import { exceeded, malformed } from '../limits.js';

/** How the elements of a data set are written (PS3.5 7.1). */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** What a transfer syntax says of the whole data set (PS3.5 A). */
export interface Syntax extends Encoding {
  readonly deflated: boolean;
  /** Pixel data stands as it is, not in fragments. */
  readonly native: boolean;
}

export const IMPLICIT_LE: Encoding = { explicit: false, littleEndian: true };
export const EXPLICIT_LE: Encoding = { explicit: true, littleEndian: true };
export const BIG_ENDIAN: Encoding = { explicit: true, littleEndian: false };
export const UNDEFINED_LENGTH = 0xffffffff;

const IMPLICIT = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.20']);
const DEFLATED = new Set(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205']);
const BIG_ENDIAN_UID = '1.2.840.10008.1.2.2';
const NATIVE = new Set([...IMPLICIT, BIG_ENDIAN_UID, '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99']);
const NOT_DATA_SETS = /^1\.2\.840\.10008\.1\.2\.[67]\./;

/** How a transfer syntax is read. Throws DICOM_SYNTAX_UNSUPPORTED for one that is not in the table; every encapsulated one is explicit little endian (PS3.5 A.4). */
export function syntaxOf(transferSyntaxUID: string): Syntax {
  if (!TRANSFER_SYNTAXES.has(transferSyntaxUID) || NOT_DATA_SETS.test(transferSyntaxUID))
    throw new SluiceError('DICOM_SYNTAX_UNSUPPORTED');
  return {
    explicit: !IMPLICIT.has(transferSyntaxUID),
    littleEndian: transferSyntaxUID !== BIG_ENDIAN_UID,
    deflated: DEFLATED.has(transferSyntaxUID),
    native: NATIVE.has(transferSyntaxUID),
  };
}

const SHORT = 'AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US';
const LONG = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV';
const vrByCode = new Map<number, { readonly vr: string; readonly long: boolean }>();
for (const vr of SHORT.split(' ')) vrByCode.set(vrCode(vr), { vr, long: false });
for (const vr of LONG.split(' ')) vrByCode.set(vrCode(vr), { vr, long: true });

function vrCode(vr: string): number {
  return (vr.charCodeAt(0) << 8) | vr.charCodeAt(1);
}

/** The VR with these two bytes and whether its length takes four (PS3.5 7.1.2). */
export function vrOfCode(code: number): { readonly vr: string; readonly long: boolean } | undefined {
  return vrByCode.get(code);
}

/** Tag, VR and length of an element as bytes; `length` is at most 0xFFFFFFFF. Throws DICOM_LIMIT_EXCEEDED when it does not fit the VR. */
export function encodeHeader(
  element: { readonly tag: number; readonly vr: string },
  length: number,
  encoding: Encoding,
): Buffer {
  const known = encoding.explicit ? vrByCode.get(vrCode(element.vr)) : undefined;
  if (encoding.explicit && known === undefined) throw malformed('an element to be written has no known VR');
  const header = Buffer.alloc(known?.long ? 12 : 8);
  putTag(header, element.tag, encoding);
  if (known === undefined) {
    putLength(header, length, encoding);
    return header;
  }
  header.writeUInt16BE(vrCode(known.vr), 4);
  if (known.long) putLength(header, length, encoding);
  else if (length > 0xffff) throw exceeded(`a value of VR ${known.vr} is longer than 65534 bytes`);
  else if (encoding.littleEndian) header.writeUInt16LE(length, 6);
  else header.writeUInt16BE(length, 6);
  return header;
}

/** An item or delimiter header: tag and length, no VR (PS3.5 7.5). */
export function encodeItemHeader(tag: number, length: number, encoding: Encoding): Buffer {
  return encodeHeader({ tag, vr: '' }, length, { explicit: false, littleEndian: encoding.littleEndian });
}

/** An element to be written. */
export interface PlainElement {
  readonly tag: number;
  readonly vr: string;
  readonly value: Buffer;
}

/** One element of defined length as bytes, padded to even length (PS3.5 7.1.1). */
export function encodeElement(element: PlainElement, encoding: Encoding): Buffer {
  return Buffer.concat(elementPieces(element, encoding));
}

/** The same in pieces, so that a long value is not copied. */
export function elementPieces(element: PlainElement, encoding: Encoding): Buffer[] {
  const { value } = element;
  const odd = value.length % 2;
  const header = encodeHeader(element, value.length + odd, encoding);
  return odd ? [header, value, padOf(element.vr)] : [header, value];
}

/** The value of a sequence: each item's elements, already encoded, as items of defined length (PS3.5 7.5.1). */
export function encodeItems(items: readonly Buffer[], encoding: Encoding): Buffer {
  return Buffer.concat(items.flatMap((item) => [encodeItemHeader(0xfffee000, item.length, encoding), item]));
}

const SPACE = Buffer.from(' ');
const NUL = Buffer.alloc(1);
const TEXT = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT'.split(' '));

/** The byte that makes an odd value even (PS3.5 6.2). */
export function padOf(vr: string): Buffer {
  return TEXT.has(vr) ? SPACE : NUL;
}

function putTag(header: Buffer, tag: number, encoding: Encoding): void {
  if (encoding.littleEndian) {
    header.writeUInt16LE(tag >>> 16, 0);
    header.writeUInt16LE(tag & 0xffff, 2);
    return;
  }
  header.writeUInt32BE(tag, 0);
}

/** Sets the four-byte length at the end of a header. */
export function putLength(header: Buffer, length: number, encoding: Encoding): void {
  if (encoding.littleEndian) header.writeUInt32LE(length, header.length - 4);
  else header.writeUInt32BE(length, header.length - 4);
}
