import { createHmac } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { encodeElement, encodeItems, fileMeta, syntaxOf } from '@sluice/dicom';
import type { Replacements } from '../profile/act-on-element.js';
import type { ObjectSource } from '../pixels/prepare-pixels.js';
import { uidOf } from '../profile/uid-map.js';

/** An element of a sample: text is padded by the encoder; an array is a sequence's items. */
export type SampleElement = readonly [
  tag: number,
  vr: string,
  value: string | Buffer | readonly (readonly SampleElement[])[],
];

export const EXPLICIT_LE = '1.2.840.10008.1.2.1';
export const CT_CLASS = '1.2.840.10008.5.1.4.1.1.2';
export const SAMPLE_UID = '1.3.6.1.4.1.99999.1.';

/** Replacements under a fixed key. */
export const sampleReplacements: Replacements = {
  pseudonym: 'PSEUDONYMA234567',
  dayOffset: -1000,
  newUid: (original) => uidOf(createHmac('sha256', 'sample').update(original).digest()),
};

/** A CT slice of 2 x 2 pixels that belongs to a person; `more` is added, or takes the place of the same tag. */
export function sampleElements(more: readonly SampleElement[] = []): SampleElement[] {
  const elements = new Map<number, SampleElement>();
  for (const element of [...SAMPLE, ...more]) elements.set(element[0], element);
  return [...elements.values()].sort((a, b) => a[0] - b[0]);
}

/** A Part 10 file of these elements. */
export function samplePart10(elements: readonly SampleElement[], transferSyntaxUID = EXPLICIT_LE): Buffer {
  const dataSet = encodeElements(elements, transferSyntaxUID);
  const meta = fileMeta({
    sopClassUID: textAt(elements, 0x00080016) || CT_CLASS,
    sopInstanceUID: textAt(elements, 0x00080018) || `${SAMPLE_UID}4`,
    transferSyntaxUID,
    sourceAE: 'SENDERAE',
  });
  return Buffer.concat([meta, syntaxOf(transferSyntaxUID).deflated ? deflateRawSync(dataSet) : dataSet]);
}

/** A number as a US value, little endian unless told. */
export function us(value: number, bigEndian = false): Buffer {
  const bytes = Buffer.alloc(2);
  if (bigEndian) bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

/** A buffer as a stream of small chunks. */
export async function* chunksOf(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A buffer as an object that can be opened again. */
export function sourceOf(bytes: Buffer, size?: number): ObjectSource {
  return { open: () => chunksOf(bytes, size) };
}

/** A whole stream as one buffer. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const SAMPLE: readonly SampleElement[] = [
  [0x00080005, 'CS', 'ISO_IR 100'],
  [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
  [0x00080016, 'UI', CT_CLASS],
  [0x00080018, 'UI', `${SAMPLE_UID}4`],
  [0x00080020, 'DA', '20241231'],
  [0x00080030, 'TM', '101112'],
  [0x00080050, 'SH', 'ACC4711'],
  [0x00080060, 'CS', 'CT'],
  [0x00080080, 'LO', 'Sankt Nirgends'],
  [0x00080090, 'PN', 'Weiss^Ada'],
  [0x0008103e, 'LO', 'Thorax Musterfrau'],
  [0x00100010, 'PN', 'Musterfrau^Erika'],
  [0x00100020, 'LO', 'PID-881234'],
  [0x00100030, 'DA', '19630418'],
  [0x00100040, 'CS', 'F'],
  [0x00180050, 'DS', '1.25'],
  [0x0020000d, 'UI', `${SAMPLE_UID}2`],
  [0x0020000e, 'UI', `${SAMPLE_UID}3`],
  [0x00200010, 'SH', 'S1'],
  [0x00200052, 'UI', `${SAMPLE_UID}9`],
  [0x00280002, 'US', us(1)],
  [0x00280004, 'CS', 'MONOCHROME2'],
  [0x00280010, 'US', us(2)],
  [0x00280011, 'US', us(2)],
  [0x00280100, 'US', us(16)],
  [0x7fe00010, 'OW', Buffer.from('0102030405060708', 'hex')],
];

function encodeElements(elements: readonly SampleElement[], syntax: string): Buffer {
  const encoding = syntaxOf(syntax);
  return Buffer.concat(
    elements.map(([tag, vr, value]) => {
      const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
      const encoded = Buffer.isBuffer(bytes)
        ? bytes
        : encodeItems(
            (value as readonly (readonly SampleElement[])[]).map((item) => encodeElements(item, syntax)),
            encoding,
          );
      return encodeElement({ tag, vr, value: encoded }, encoding);
    }),
  );
}

function textAt(elements: readonly SampleElement[], tag: number): string {
  const value = elements.find(([of]) => of === tag)?.[2];
  return typeof value === 'string' ? value : '';
}

/** A frame of one byte a colour, all `ground` but `bar` from a column on to the right: what stands for writing in colour. */
export function colourFrame(
  { rows, columns, from }: { rows: number; columns: number; from: number },
  ground: readonly number[],
  bar: readonly number[],
): Buffer {
  const pixels = Array.from({ length: rows * columns }, (_, at) => (at % columns < from ? ground : bar));
  return samplePart10(
    sampleElements([
      [0x00280002, 'US', us(3)],
      [0x00280004, 'CS', 'RGB'],
      [0x00280010, 'US', us(rows)],
      [0x00280011, 'US', us(columns)],
      [0x00280100, 'US', us(8)],
      [0x7fe00010, 'OB', Buffer.from(pixels.flat())],
    ]),
  );
}
