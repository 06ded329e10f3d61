import { fileMeta } from '@sluice/dicom';
import { encodeDataSet, sampleUid, us } from '@sluice/samples';
import sharp from 'sharp';

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** A picture file as a Secondary Capture object of 8 bits, of nobody. */
export async function pictureObject(bytes: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const sopInstanceUID = sampleUid('instance', 'picture', info.width);
  const dataSet = encodeDataSet([
    [0x00080016, 'UI', SECONDARY_CAPTURE],
    [0x00080018, 'UI', sopInstanceUID],
    [0x00080060, 'CS', 'OT'],
    [0x0020000d, 'UI', sampleUid('study', 'picture', info.width)],
    [0x0020000e, 'UI', sampleUid('series', 'picture', info.width)],
    [0x00280002, 'US', us(1)],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', us(info.height)],
    [0x00280011, 'US', us(info.width)],
    [0x00280100, 'US', us(8)],
    [0x00280101, 'US', us(8)],
    [0x00280102, 'US', us(7)],
    [0x00280103, 'US', us(0)],
    [0x7fe00010, 'OB', data.length % 2 ? Buffer.concat([data, Buffer.alloc(1)]) : data],
  ]);
  const meta = fileMeta({
    sopClassUID: SECONDARY_CAPTURE,
    sopInstanceUID,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
  });
  return Buffer.concat([meta, dataSet]);
}
