import { deflateRawSync } from 'node:zlib';
import { encodeElement, encodeItems, fileMeta, syntaxOf } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { CT_CLASS, EXPLICIT_LE } from '../testing/samples.js';
import { watchOutputHeader } from './output-header.js';

const JPEG = '1.2.840.10008.1.2.4.50';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const metaOf = (transferSyntaxUID: string) =>
  fileMeta({ sopClassUID: CT_CLASS, sopInstanceUID: '2.25.7', transferSyntaxUID });
const element = (tag: number, vr: string, value: string | Buffer, syntax = EXPLICIT_LE) =>
  encodeElement({ tag, vr, value: Buffer.from(value as string, 'latin1') }, syntaxOf(syntax));
/** Undefined length: `content`, and the end of a sequence. */
const open = (tag: number, vr: string, content: Buffer) => {
  const header = element(tag, vr, '').subarray(0, 8);
  return Buffer.concat([
    header,
    Buffer.from('ffffffff', 'hex'),
    content,
    Buffer.from('feffdde000000000', 'hex'),
  ]);
};
const items = (...contents: Buffer[]) => encodeItems(contents, syntaxOf(EXPLICIT_LE));
const openItem = (content: Buffer) =>
  Buffer.concat([Buffer.from('feff00e0ffffffff', 'hex'), content, Buffer.from('feff0de000000000', 'hex')]);

const pixels = Buffer.alloc(300, 7);
const before = element(0x00100020, 'LO', 'A1B2');
const after = element(0xfffcfffc, 'OB', 'padding ');

async function headerOf(syntax: string, dataSet: Buffer, piece = 1 << 20): Promise<Buffer> {
  const header = watchOutputHeader(() => syntax);
  const file = Buffer.concat([metaOf(syntax), dataSet]);
  for (let at = 0; at < file.length; at += piece) header.add(file.subarray(at, at + piece));
  return header.whole();
}

describe('the header of an output', () => {
  const native = [before, element(0x7fe00010, 'OW', pixels), after];
  const compressed = [before, open(0x7fe00010, 'OB', items(Buffer.alloc(0), pixels, pixels)), after];

  it.each([1, 7, 100, 1 << 20])('is all but its pixels, in pieces of %i bytes', async (piece) => {
    const kept = Buffer.concat([before, after]);
    expect(await headerOf(EXPLICIT_LE, Buffer.concat(native), piece)).toEqual(
      Buffer.concat([metaOf(EXPLICIT_LE), kept]),
    );
    expect(await headerOf(JPEG, Buffer.concat(compressed), piece)).toEqual(
      Buffer.concat([metaOf(JPEG), kept]),
    );
  });

  it('is told by its lengths: bytes that look like pixels hide nothing behind them', async () => {
    const decoy = element(0x00091001, 'OB', element(0x7fe00010, 'OW', pixels));
    const icon = element(0x7fe00010, 'OB', pixels);
    const nested = open(
      0x00880200,
      'SQ',
      openItem(Buffer.concat([icon, open(0x00081140, 'SQ', openItem(before))])),
    );
    const kept = Buffer.concat([before, decoy, nested, after]);
    const dataSet = Buffer.concat([before, decoy, nested, element(0x7fe00010, 'OW', pixels), after]);
    expect((await headerOf(EXPLICIT_LE, dataSet)).subarray(metaOf(EXPLICIT_LE).length)).toEqual(kept);
  });

  it.each(['1.2.840.10008.1.2', '1.2.840.10008.1.2.2'])('is read in %s', async (syntax) => {
    const one = element(0x00100020, 'LO', 'A1B2', syntax);
    const kept = await headerOf(syntax, Buffer.concat([one, element(0x7fe00010, 'OW', pixels, syntax)]));
    expect(kept.subarray(metaOf(syntax).length)).toEqual(one);
  });

  it('is inflated', async () => {
    const kept = await headerOf(DEFLATED, deflateRawSync(Buffer.concat(native)));
    expect(kept.subarray(metaOf(DEFLATED).length)).toEqual(Buffer.concat([before, after]));
  });

  it.each<[string, Buffer]>([
    ['is cut', Buffer.concat(native).subarray(0, -3)],
    ['is too long', element(0x00091001, 'OB', Buffer.alloc(65 * 1024 * 1024))],
    ['cannot be walked', Buffer.concat([before, Buffer.from('1000200000000000', 'hex')])],
    ['ends what never began', Buffer.from('feffdde000000000', 'hex')],
  ])('is refused where it %s', async (_, dataSet) => {
    await expect(headerOf(EXPLICIT_LE, dataSet)).rejects.toMatchObject({ code: 'SCRUBBING_RESIDUAL' });
  });
});
