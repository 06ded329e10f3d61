import { describe, expect, it } from 'vitest';
import { EXPLICIT_LE, IMPLICIT_LE } from '../data-set/encoding.js';
import { fileMeta } from './file-meta.js';
import {
  CT_IMAGE,
  element,
  elementIn,
  EXPLICIT_LITTLE_ENDIAN,
  gather,
  inChunks,
  part10,
  sequence,
} from './part10-fixture.js';
import { splitPart10, type SplitPart10 } from './split-part10.js';

const CLASS = element(0x00080016, 'UI', CT_IMAGE);
const FILE = part10([CLASS]);

async function split(bytes: Buffer, size = 50): Promise<SplitPart10> {
  return splitPart10(inChunks(bytes, size));
}

describe('splitPart10', () => {
  it.each([1, 7, 10_000])('separates meta and data set, in chunks of %i', async (size) => {
    const { meta, metaBytes, dataSet } = await split(FILE, size);
    expect(meta).toEqual({
      mediaStorageSOPClassUID: CT_IMAGE,
      mediaStorageSOPInstanceUID: '1.2.3.4',
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    });
    expect(Buffer.concat([metaBytes, await gather(dataSet)])).toEqual(FILE);
  });

  it('takes a file without preamble', async () => {
    const { metaBytes, dataSet } = await split(FILE.subarray(132));
    expect(Buffer.concat([metaBytes, await gather(dataSet)])).toEqual(FILE);
  });

  it('completes a meta that lacks elements from the data set', async () => {
    const dataSet = Buffer.concat([CLASS, element(0x00080018, 'UI', '1.2.3.4')]);
    const bare = await split(
      Buffer.concat([FILE.subarray(0, 132), element(0x00020010, 'UI', EXPLICIT_LITTLE_ENDIAN), dataSet]),
    );
    expect(bare.meta).toEqual({
      mediaStorageSOPClassUID: CT_IMAGE,
      mediaStorageSOPInstanceUID: '1.2.3.4',
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    });
    expect(await gather(bare.dataSet)).toEqual(dataSet);
    expect(bare.elements.map(({ tag }) => tag & 0xffff)).toEqual([1, 2, 3, 0x10, 0x12]);
  });

  it.each([0, 8, 4000])('does not believe a group length of %i', async (wrong) => {
    const file = Buffer.from(FILE);
    file.writeUInt32LE(wrong, 140);
    const { metaBytes, dataSet } = await split(file);
    expect(Buffer.concat([metaBytes, await gather(dataSet)])).toEqual(FILE);
  });

  it.each([
    ['1.2.840.10008.1.2', IMPLICIT_LE],
    [EXPLICIT_LITTLE_ENDIAN, EXPLICIT_LE],
    ['1.2.840.10008.1.2.2', { explicit: true, littleEndian: false }],
  ])('tells the syntax of a bare data set: %s', async (uid, encoding) => {
    const bare = elementIn(encoding)(0x00080016, 'UI', CT_IMAGE);
    const { meta, dataSet } = await split(bare);
    expect(meta).toEqual({
      mediaStorageSOPClassUID: CT_IMAGE,
      mediaStorageSOPInstanceUID: undefined,
      transferSyntaxUID: uid,
    });
    expect(await gather(dataSet)).toEqual(bare);
  });

  it.each([
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(500)],
    ['a bare data set that begins in a private group', element(0x00090010, 'LO', 'ACME')],
    ['a first element whose VR is not the one it has', element(0x00080016, 'LO', CT_IMAGE)],
    [
      'a VR that is none',
      Buffer.concat([FILE.subarray(0, 132), Buffer.from('02000100zz', 'latin1'), Buffer.alloc(40)]),
    ],
    [
      'an element twice',
      Buffer.concat([
        FILE.subarray(0, FILE.length - CLASS.length),
        element(0x00020016, 'AE', 'A'),
        element(0x00020016, 'AE', 'A'),
      ]),
    ],
  ])('refuses %s', async (_, bytes) => {
    await expect(split(bytes)).rejects.toMatchObject({ code: 'DICOM_MALFORMED' });
  });

  it('refuses every cut inside the meta, except where group 0002 may end', async () => {
    const meta = FILE.subarray(0, FILE.length - CLASS.length);
    const endings: number[] = [];
    for (let length = 133; length < meta.length; length += 1) {
      await split(meta.subarray(0, length)).then(
        () => endings.push(length),
        (error: unknown) => expect(error).toMatchObject({ code: 'DICOM_MALFORMED' }),
      );
    }
    expect(endings.map((length) => meta.readUInt16LE(length))).toEqual(endings.map(() => 2));
    expect(endings).toHaveLength(2);
  });

  it('limits the meta', async () => {
    const big = Buffer.concat([FILE.subarray(0, 132), element(0x00020102, 'OB', Buffer.alloc(100_000))]);
    await expect(splitPart10(inChunks(big), { maxMetaBytes: 50_000 })).rejects.toMatchObject({
      code: 'DICOM_LIMIT_EXCEEDED',
    });
  });

  it('does not take a sequence for a first element', async () => {
    await expect(split(sequence(0x00081140, []))).resolves.toMatchObject({
      meta: { transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN },
    });
  });
});

describe('fileMeta', () => {
  it('writes what PS3.10 7.1 asks for', () => {
    const bytes = fileMeta({
      sopClassUID: CT_IMAGE,
      sopInstanceUID: '1.2.3',
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      sourceAE: 'CT_1',
    });
    expect(bytes.toString('latin1', 128, 132)).toBe('DICM');
    expect(bytes.readUInt32LE(140)).toBe(bytes.length - 144);
    expect(bytes.toString('latin1')).toContain('CT_1');
  });

  it.each([
    [{ sopInstanceUID: '../etc' }],
    [{ sopInstanceUID: '1..2' }],
    [{ sopClassUID: '' }],
    [{ sourceAE: 'LONGER THAN SIXTEEN' }],
    [{ sourceAE: 'A\\B' }],
  ])('refuses %o', (wrong) => {
    const fields = {
      sopClassUID: CT_IMAGE,
      sopInstanceUID: '1.2.3',
      transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ...wrong,
    };
    expect(() => fileMeta(fields)).toThrow(expect.objectContaining({ code: 'DICOM_MALFORMED' }));
  });
});
