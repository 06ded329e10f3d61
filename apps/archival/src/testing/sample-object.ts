import { encodeElement, encodeItems, fileMeta, syntaxOf } from '@sluice/dicom';

export const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const encoding = syntaxOf(EXPLICIT_LE);

/** A CT slice as a clean copy looks, and attributes that analytics must not be told; `label` makes contents differ. */
export function sampleDataSet(label = 'a'): Buffer {
  return Buffer.concat([
    text(0x00080016, 'UI', CT),
    text(0x00080018, 'UI', '2.25.11'),
    text(0x00080020, 'DA', '20260314'),
    text(0x00080060, 'CS', 'CT'),
    text(0x00081030, 'LO', 'a description'),
    text(0x00100010, 'PN', 'Somebody^Else'),
    text(0x00100020, 'LO', 'PSEUDONYMA234567'),
    element(0x00120064, 'SQ', encodeItems([text(0x00080100, 'SH', '113100')], encoding)),
    text(0x00180015, 'CS', 'CHEST'),
    text(0x00180050, 'DS', '2.5'),
    text(0x0020000d, 'UI', '2.25.13'),
    text(0x0020000e, 'UI', '2.25.12'),
    text(0x00200060, 'CS', 'L'),
    text(0x00204000, 'LT', label),
    text(0x00280004, 'CS', 'MONOCHROME2'),
    text(0x00280008, 'IS', '1'),
    number(0x00280010, 2),
    number(0x00280011, 4),
    text(0x00280030, 'DS', '0.5\\0.25'),
    number(0x00280101, 12),
    element(0x7fe00010, 'OW', Buffer.alloc(16)),
  ]);
}

export function samplePart10(label?: string): Buffer {
  const meta = fileMeta({ sopClassUID: CT, sopInstanceUID: '2.25.11', transferSyntaxUID: EXPLICIT_LE });
  return Buffer.concat([meta, sampleDataSet(label)]);
}

const element = (tag: number, vr: string, value: Buffer) => encodeElement({ tag, vr, value }, encoding);
const text = (tag: number, vr: string, value: string) => element(tag, vr, Buffer.from(value));
const number = (tag: number, value: number) => element(tag, 'US', Buffer.from([value, 0]));
