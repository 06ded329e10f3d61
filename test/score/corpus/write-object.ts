import { deflateRawSync } from 'node:zlib';
import { encodeElement, encodeItems, fileMeta, syntaxOf, type Syntax } from '@sluice/dicom';

const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;

/** One element to write: text (Latin-1 unless it comes as bytes), bytes, binary numbers, or the items of a sequence. */
export type Element = readonly [
  tag: number,
  vr: string,
  value: string | Buffer | readonly number[] | readonly Item[],
];
export type Item = readonly Element[];

export const EXPLICIT_LE = '1.2.840.10008.1.2.1';

/** A Part 10 file of these elements, in any order, in a transfer syntax; Pixel Data in fragments where these are given, one a frame. */
export function writeObject(
  elements: Item,
  transferSyntaxUID = EXPLICIT_LE,
  fragments?: readonly Buffer[],
): Buffer {
  const syntax = syntaxOf(transferSyntaxUID);
  const header = writeItem(elements, syntax);
  const dataSet = fragments ? Buffer.concat([header, encapsulated(fragments)]) : header;
  const meta = fileMeta({
    sopClassUID: textAt(elements, 0x00080016),
    sopInstanceUID: textAt(elements, 0x00080018),
    transferSyntaxUID,
    sourceAE: 'SCOREAE',
  });
  return Buffer.concat([meta, syntax.deflated ? deflateRawSync(dataSet) : dataSet]);
}

/** Pixel Data of undefined length with an empty offset table (PS3.5 A.4). */
function encapsulated(fragments: readonly Buffer[]): Buffer {
  const start = Buffer.from('e07f10004f420000ffffffff', 'hex');
  const items = [Buffer.alloc(0), ...fragments].flatMap((fragment) => {
    const even = fragment.length % 2 ? Buffer.concat([fragment, Buffer.alloc(1)]) : fragment;
    return [itemHeader(ITEM, even.length), even];
  });
  return Buffer.concat([start, ...items, itemHeader(SEQUENCE_END, 0)]);
}

function itemHeader(tag: number, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.writeUInt32LE(length, 4);
  return header;
}

/** `more` added to `base`, or in the place of the same tag. */
export function withElements(base: Item, more: Item): Item {
  const tags = new Set(more.map(([tag]) => tag));
  return [...base.filter(([tag]) => !tags.has(tag)), ...more];
}

function writeItem(elements: Item, syntax: Syntax): Buffer {
  const sorted = [...elements].sort((a, b) => a[0] - b[0]);
  return Buffer.concat(
    sorted.map(([tag, vr, value]) => encodeElement({ tag, vr, value: bytesOf(vr, value, syntax) }, syntax)),
  );
}

function bytesOf(vr: string, value: Element[2], syntax: Syntax): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  if (Buffer.isBuffer(value)) return value;
  if (vr !== 'SQ') return numbers(vr, value as readonly number[], syntax);
  return encodeItems(
    (value as readonly Item[]).map((item) => writeItem(item, syntax)),
    syntax,
  );
}

const WIDTHS: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, AT: 4, FL: 4, FD: 8, OW: 2 };

function numbers(vr: string, values: readonly number[], { littleEndian }: Syntax): Buffer {
  const width = WIDTHS[vr];
  if (width === undefined) throw new Error(`no numbers in VR ${vr}`);
  const out = Buffer.alloc(width * values.length);
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  for (const [at, value] of values.entries()) {
    if (vr === 'FL') view.setFloat32(at * 4, value, littleEndian);
    else if (vr === 'FD') view.setFloat64(at * 8, value, littleEndian);
    else if (width === 2) view.setUint16(at * 2, value & 0xffff, littleEndian);
    else view.setUint32(at * 4, value >>> 0, littleEndian);
  }
  return out;
}

function textAt(elements: Item, wanted: number): string {
  const value = elements.find(([tag]) => tag === wanted)?.[2];
  return typeof value === 'string' ? value : '';
}
