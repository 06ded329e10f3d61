import { vrOfCode } from '../data-set/encoding.js';
import { vrOf } from '../dictionary/elements.js';
import { malformed } from '../limits.js';

const IDENTIFYING_GROUP = 0x0008;
const LONGEST_FIRST_VALUE = 0x1000;

/**
 * The transfer syntax of a bare data set, from its first element, which must be of group 0008 (every SOP instance has one).
 * Throws DICOM_MALFORMED when it is not DICOM or more than one reading is possible.
 */
export function detectSyntax(head: Buffer): string {
  if (head.length < 8) throw malformed('not DICOM: too short');
  const code = vrOfCode(head.readUInt16BE(4));
  if (head.readUInt16LE(0) === IDENTIFYING_GROUP) {
    const dictionaryVr = vrOf(IDENTIFYING_GROUP * 0x10000 + head.readUInt16LE(2));
    if (code !== undefined && code.vr === dictionaryVr) return '1.2.840.10008.1.2.1';
    if (code === undefined && head.readUInt32LE(4) <= LONGEST_FIRST_VALUE) return '1.2.840.10008.1.2';
  }
  if (
    head.readUInt16BE(0) === IDENTIFYING_GROUP &&
    code !== undefined &&
    code.vr === vrOf(head.readUInt32BE(0))
  )
    return '1.2.840.10008.1.2.2';
  throw malformed('not DICOM, or without a transfer syntax that can be told');
}
