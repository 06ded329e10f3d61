import { DeidInstanceV1, encodeEvent, type SluiceEvent } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { deidInstance } from './deid-instance.js';
import { samplePart10 } from './testing/sample-object.js';

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

describe('what analytics is told of a clean object', () => {
  it('is the allow-list and nothing else: no name, no date, no description', async () => {
    const { data } = await deidInstance('t1', chunks(samplePart10()));
    expect(data).toEqual({
      schema: 'deid.instance.v1',
      tenant: 't1',
      SOPInstanceUID: '2.25.11',
      SeriesInstanceUID: '2.25.12',
      StudyInstanceUID: '2.25.13',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      PatientPseudonym: 'PSEUDONYMA234567',
      Modality: 'CT',
      BodyPartExamined: 'CHEST',
      Laterality: 'L',
      PhotometricInterpretation: 'MONOCHROME2',
      NumberOfFrames: 1,
      Rows: 2,
      Columns: 4,
      BitsStored: 12,
      SliceThickness: 2.5,
      PixelSpacing: [0.5, 0.25],
      DeidentificationMethodCodes: ['113100'],
    });
  });

  it('has a schema that refuses anything more, a date above all', async () => {
    const { data } = await deidInstance('t1', chunks(samplePart10()));
    for (const more of [{ StudyDate: '20260314' }, { PatientName: 'x' }, { studyKey: 'a'.repeat(64) }])
      expect(DeidInstanceV1.safeParse({ ...data, ...more }).success).toBe(false);
  });

  it('is keyed by the new SOP Instance UID, on the tenant’s own topic, without time and trace', async () => {
    const event = await deidInstance('t1', chunks(samplePart10()));
    const record = encodeEvent({ ...event, source: 'archival' } as SluiceEvent);
    expect([record.topic, record.key]).toEqual(['deid.t1.instance.v1', '2.25.11']);
    expect(Object.keys(record.headers)).not.toEqual(expect.arrayContaining(['ce_time']));
    expect(Object.keys(record.headers)).not.toEqual(expect.arrayContaining(['traceparent']));
  });

  it('is nothing when the object does not read to its end', async () => {
    await expect(deidInstance('t1', chunks(samplePart10().subarray(0, 600)))).rejects.toMatchObject({
      code: 'DICOM_MALFORMED',
    });
  });
});
