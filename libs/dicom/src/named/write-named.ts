import { elementPieces, encodeItems, EXPLICIT_LE } from '../data-set/encoding.js';
import { formatTag, tagOf, vrOf } from '../dictionary/elements.js';
import { malformed } from '../limits.js';
import { fileMeta } from '../part10/file-meta.js';
import { writeNumbers } from './binary-numbers.js';
import type { NamedDataSet, NamedValue } from './named.types.js';

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const PIXEL_DATA = 0x7fe00010;

/**
 * A Part 10 file of a data set by keywords: explicit VR little endian, text in UTF-8, the same bytes for the same words.
 * It needs SOPClassUID and SOPInstanceUID; text values longer than their VR allows are not looked for. Throws DICOM_MALFORMED.
 */
export function writePart10(dataSet: NamedDataSet): Buffer {
  const { SOPClassUID, SOPInstanceUID } = dataSet;
  if (typeof SOPClassUID !== 'string' || typeof SOPInstanceUID !== 'string')
    throw malformed('an object to be written has no UIDs');
  const meta = fileMeta({
    sopClassUID: SOPClassUID,
    sopInstanceUID: SOPInstanceUID,
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
  });
  return Buffer.concat([meta, ...piecesOf({ ...dataSet, SpecificCharacterSet: 'ISO_IR 192' })]);
}

/** In pieces, for pixels are long. */
function piecesOf(dataSet: NamedDataSet): Buffer[] {
  const elements = Object.entries(dataSet).flatMap(([keyword, value]) => {
    const tag = tagOf(keyword);
    if (tag === undefined) throw malformed(`the dictionary has no ${keyword}`);
    return value === undefined ? [] : [{ tag, value }];
  });
  return elements
    .sort((a, b) => a.tag - b.tag)
    .flatMap(({ tag, value }) => piecesOfNamed(tag, value, dataSet));
}

function piecesOfNamed(tag: number, value: NamedValue, dataSet: NamedDataSet): Buffer[] {
  const vr = vrHere(tag, dataSet);
  return elementPieces({ tag, vr, value: bytesOf(value, vr, tag) }, EXPLICIT_LE);
}

/** Pixels of at most 8 bits are bytes, so that no reader swaps them (PS3.5 8.2). */
function vrHere(tag: number, dataSet: NamedDataSet): string {
  const { BitsAllocated } = dataSet;
  const bits = Array.isArray(BitsAllocated) ? Number(BitsAllocated[0]) : 16;
  return tag === PIXEL_DATA && bits <= 8 ? 'OB' : (vrOf(tag) ?? 'UN');
}

function bytesOf(value: NamedValue, vr: string, tag: number): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (vr === 'SQ' && Array.isArray(value))
    return encodeItems(
      (value as readonly NamedDataSet[]).map((item) => Buffer.concat(piecesOf(item))),
      EXPLICIT_LE,
    );
  const numbers = Array.isArray(value) ? writeNumbers(value as readonly number[], vr) : undefined;
  if (numbers) return numbers;
  if (typeof value === 'string' && !['SQ', 'OB', 'OW', 'UN'].includes(vr)) return Buffer.from(value, 'utf8');
  throw malformed(`a value to be written does not fit ${formatTag(tag)} (${vr})`);
}
