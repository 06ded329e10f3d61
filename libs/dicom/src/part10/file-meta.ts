import { encodeElement, encodeHeader, EXPLICIT_LE } from '../data-set/encoding.js';
import { malformed } from '../limits.js';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../network/pdu/encoder.js';

/** What the file meta information of a Part 10 file says (PS3.10 7.1). */
export interface FileMeta {
  readonly mediaStorageSOPClassUID: string | undefined;
  readonly mediaStorageSOPInstanceUID: string | undefined;
  readonly transferSyntaxUID: string;
}

/** What `fileMeta` writes. */
export interface FileMetaFields {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly transferSyntaxUID: string;
  /** Source Application Entity Title, at most 16 characters. */
  readonly sourceAE?: string;
}

const PREAMBLE = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);

/** A UID as archives hold them: PS3.5 9.1, but leading zeros in a component are let through. */
const HELD_UID = /^(?=.{1,64}$)[0-9]+(\.[0-9]+)*$/;

/** Preamble (zeros), DICM and group 0002 (PS3.10 7.1). Throws DICOM_MALFORMED for what is not a UID or an AE title. */
export function fileMeta(fields: FileMetaFields): Buffer {
  const { sopClassUID, sopInstanceUID, transferSyntaxUID, sourceAE } = fields;
  if (![sopClassUID, sopInstanceUID, transferSyntaxUID].every((uid) => HELD_UID.test(uid)))
    throw malformed('file meta information needs valid UIDs');
  if (sourceAE !== undefined && !/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(sourceAE))
    throw malformed('file meta information needs a valid AE title');
  return wrapMeta([
    metaElement(0x00020001, 'OB', Buffer.from([0, 1])),
    metaElement(0x00020002, 'UI', sopClassUID),
    metaElement(0x00020003, 'UI', sopInstanceUID),
    metaElement(0x00020010, 'UI', transferSyntaxUID),
    metaElement(0x00020012, 'UI', IMPLEMENTATION_CLASS_UID),
    metaElement(0x00020013, 'SH', IMPLEMENTATION_VERSION),
    ...(sourceAE === undefined ? [] : [metaElement(0x00020016, 'AE', sourceAE)]),
  ]);
}

/** Preamble, DICM, group length and the given encoded elements of group 0002. */
export function wrapMeta(elements: readonly Buffer[]): Buffer {
  const body = Buffer.concat(elements);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(body.length);
  return Buffer.concat([
    PREAMBLE,
    encodeHeader({ tag: 0x00020000, vr: 'UL' }, 4, EXPLICIT_LE),
    groupLength,
    body,
  ]);
}

/** One encoded element of group 0002. */
export function metaElement(tag: number, vr: string, value: Buffer | string): Buffer {
  return encodeElement(
    { tag, vr, value: typeof value === 'string' ? Buffer.from(value, 'latin1') : value },
    EXPLICIT_LE,
  );
}
