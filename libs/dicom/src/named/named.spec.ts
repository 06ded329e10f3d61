import { describe, expect, it } from 'vitest';
import { streamOf } from '../part10/byte-source.js';
import { element, elementIn, part10, sequence } from '../part10/part10-fixture.js';
import { readNamed } from './read-named.js';
import { writePart10 } from './write-named.js';

const BIG_ENDIAN = { explicit: true, littleEndian: false };

describe('a data set by keywords', () => {
  it('is read at all depths, its text decoded, without meta, private elements and pixels', async () => {
    const file = part10([
      element(0x00080005, 'CS', 'ISO_IR 100'),
      element(0x00080060, 'CS', 'US'),
      element(0x00090010, 'LO', 'SOMEBODY'),
      element(0x00091001, 'LO', 'secret'),
      element(0x00100010, 'PN', 'M\xfcller'),
      sequence(0x00186011, [
        Buffer.concat([
          element(0x00186024, 'US', Buffer.from([3, 0])),
          element(0x0018602c, 'FD', doubles(0.01)),
        ]),
        element(0x00186024, 'US', Buffer.from([4, 0])),
      ]),
      element(0x00280030, 'DS', '0.5\\0.7'),
      element(0x7fe00010, 'OW', Buffer.alloc(8)),
    ]);
    expect(await readNamed(streamOf(file))).toEqual({
      SpecificCharacterSet: 'ISO_IR 100',
      Modality: 'US',
      PatientName: 'Müller',
      SequenceOfUltrasoundRegions: [
        { PhysicalUnitsXDirection: [3], PhysicalDeltaX: [0.01] },
        { PhysicalUnitsXDirection: [4] },
      ],
      PixelSpacing: '0.5\\0.7',
    });
  });

  it('is the same from big endian', async () => {
    const big = elementIn(BIG_ENDIAN);
    const file = part10(
      [
        big(0x00280009, 'AT', Buffer.from([0x00, 0x18, 0x10, 0x63])),
        big(0x00280010, 'US', Buffer.from([1, 2])),
        big(0x00283006, 'OW', Buffer.from([1, 2])),
      ],
      '1.2.840.10008.1.2.2',
    );
    expect(await readNamed(streamOf(file))).toEqual({
      FrameIncrementPointer: [0x00181063],
      Rows: [258],
      LUTData: Buffer.from([2, 1]),
    });
  });

  it('comes back as it was written, in the same bytes each time', async () => {
    const dataSet = {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
      SOPInstanceUID: '2.25.1',
      SpecificCharacterSet: 'ISO_IR 192',
      PatientName: '山田^太郎',
      Rows: [2],
      BitsAllocated: [8],
      PixelSpacing: '0.25\\0.5',
      FrameIncrementPointer: [0x00181063],
      PhysicalDeltaX: [-0.02],
      ReferencedSeriesSequence: [{ SeriesInstanceUID: '2.25.2' }, {}],
    };
    const file = writePart10({ ...dataSet, PixelData: Buffer.from([1, 2, 3]) });
    expect(file.equals(writePart10({ PixelData: Buffer.from([1, 2, 3]), ...dataSet }))).toBe(true);
    const read = await readNamed(streamOf(file));
    expect(read).toEqual({ ...dataSet, ReferencedSeriesSequence: [{ SeriesInstanceUID: '2.25.2' }] });
    expect(file.subarray(-12).toString('hex')).toBe(`4f420000${'04000000'}01020300`);
  });

  it('that does not fit the dictionary is refused', () => {
    const uids = { SOPClassUID: '1.2', SOPInstanceUID: '1.3' };
    for (const bad of [
      {},
      { ...uids, NoSuchWord: 'x' },
      { ...uids, Rows: 'x', PixelData: 'x' },
      { ...uids, Modality: [1] },
    ])
      expect(() => writePart10(bad)).toThrow(expect.objectContaining({ code: 'DICOM_MALFORMED' }));
  });

  it('with too many items is refused', async () => {
    const file = part10([
      sequence(
        0x00186011,
        Array.from({ length: 30 }, () => element(0x00186024, 'US', Buffer.alloc(2))),
      ),
    ]);
    await expect(readNamed(streamOf(file), { maxItems: 20 })).rejects.toMatchObject({
      code: 'DICOM_LIMIT_EXCEEDED',
    });
  });
});

function doubles(...values: number[]): Buffer {
  return Buffer.from(new Float64Array(values).buffer);
}
