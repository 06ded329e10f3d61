import { deflateRawSync } from 'node:zlib';
import { fileMeta, type InstanceToSend } from '@sluice/dicom';
import { elementIn } from '@sluice/dicom/testing';

export const EXPLICIT = '1.2.840.10008.1.2.1';
export const IMPLICIT = '1.2.840.10008.1.2';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
export const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

/** What a made image says of itself; an empty text leaves the attribute out. */
export interface MadeFields {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly transferSyntaxUID: string;
  readonly pixels: Buffer;
}

/** A small image of nobody, as a data set, as a Part 10 file and ready to be sent. */
export interface MadeImage extends InstanceToSend {
  readonly bytes: Buffer;
  part10(): Buffer;
}

let next = 0;

/** A UID that no other call in this run gives. */
export function freshUid(): string {
  next += 1;
  return `2.25.${process.pid}${Date.now()}${next}`;
}

/** Makes an image; what is not given is fresh. */
export function madeImage(some: Partial<MadeFields> = {}): MadeImage {
  const fields: MadeFields = {
    sopClassUID: CT_IMAGE,
    sopInstanceUID: freshUid(),
    studyInstanceUID: freshUid(),
    seriesInstanceUID: freshUid(),
    patientId: 'MARKER-4711',
    issuer: '',
    transferSyntaxUID: EXPLICIT,
    pixels: Buffer.alloc(2048, 7),
    ...some,
  };
  const bytes = dataSetOf(fields);
  const { sopClassUID, sopInstanceUID, transferSyntaxUID } = fields;
  const uids = { sopClassUID, sopInstanceUID, transferSyntaxUID };
  const part10 = () => Buffer.concat([fileMeta(uids), bytes]);
  return { ...uids, bytes, part10, dataSet: () => pieces(bytes) };
}

function dataSetOf(fields: MadeFields): Buffer {
  const { transferSyntaxUID: syntax } = fields;
  const write = elementIn({ explicit: syntax !== IMPLICIT, littleEndian: syntax !== BIG_ENDIAN });
  const texts: readonly (readonly [number, string, string])[] = [
    [0x00080016, 'UI', fields.sopClassUID],
    [0x00080018, 'UI', fields.sopInstanceUID],
    [0x00080060, 'CS', 'CT'],
    [0x00100010, 'PN', 'MARKER^NAME'],
    [0x00100020, 'LO', fields.patientId],
    [0x00100021, 'LO', fields.issuer],
    [0x0020000d, 'UI', fields.studyInstanceUID],
    [0x0020000e, 'UI', fields.seriesInstanceUID],
  ];
  const given = texts.filter(([, , text]) => text !== '');
  const elements = [
    ...given.map(([tag, vr, text]) => write(tag, vr, text)),
    write(0x7fe00010, 'OW', fields.pixels),
  ];
  const bytes = Buffer.concat(elements);
  return syntax === DEFLATED ? evenly(deflateRawSync(bytes)) : bytes;
}

function evenly(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 16_384) {
    yield await Promise.resolve(bytes.subarray(at, at + 16_384));
  }
}
