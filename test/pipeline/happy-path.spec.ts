import { createHash } from 'node:crypto';
import { phantomStudy } from '@sluice/samples';
import { splitPart10 } from '@sluice/dicom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

/** A CT of three slices: nobody's, with planted identifiers. */
const STUDY = [...phantomStudy({ seed: 7, modality: 'CT', instances: 3, rows: 64, columns: 64 })];
const IDENTIFIERS = ['Quillwater', 'QW-', 'Millrace', STUDY[0]!.studyInstanceUID, STUDY[0]!.sopInstanceUID];

vi.setConfig({ testTimeout: 60_000 });

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.start();
});
afterAll(() => pipeline.remove());

describe('a study that a modality sends', () => {
  it('is accepted, instance by instance', async () => {
    const answers = await pipeline.push(STUDY);
    expect(answers).toEqual(STUDY.map(() => expect.objectContaining({ outcome: 'stored', status: 0 })));
  });

  it('is archived twice: as it came, and without the person', async () => {
    const [study] = await pipeline.archived();
    expect(study).toMatchObject({
      instances: 3,
      archivedRaw: 3,
      archivedClean: 3,
      quarantined: {},
      unsettled: 0,
    });
  });

  it('opens again as what was sent', async () => {
    const opened = await Promise.all((await pipeline.objects('raw')).map((row) => pipeline.open(row)));
    const dataSets = await Promise.all(opened.map(dataSetOf));
    expect(dataSets.map(digestOf).sort()).toEqual(STUDY.map(({ dataSet }) => digestOf(dataSet)).sort());
  });

  it('opens without the person in its clean copies', async () => {
    for (const row of await pipeline.objects('clean')) {
      const clean = await pipeline.open(row);
      expect(digestOf(clean)).toBe(row.plain_digest);
      expect(IDENTIFIERS.filter((word) => clean.includes(word))).toEqual([]);
    }
  });

  it('has a manifest that names every object, sealed too', async () => {
    const [study] = await pipeline.archived();
    const manifest = await pipeline.manifest(study!);
    const named = manifest.instances.flatMap((line) => line.objects.map((object) => object.name));
    const rows = [...(await pipeline.objects('raw')), ...(await pipeline.objects('clean'))];
    expect(manifest.version).toBe(1);
    expect(manifest.instances.map((line) => line.verdict)).toEqual(['clean', 'clean', 'clean']);
    expect(named.sort()).toEqual(rows.map((row) => row.name).sort());
  });

  it('is told to the corridor as archived', async () => {
    const [said] = await pipeline.said('study.archived.v1');
    expect(said?.data).toMatchObject({ version: 1, counts: { instances: 3, clean: 3, quarantined: 0 } });
  });

  it('is told to analytics by an allow-list, without time or trace, and by nothing else', async () => {
    const told = await pipeline.said('deid.instance.v1', 3);
    for (const event of told) {
      expect(event.time).toBeUndefined();
      expect(event.traceparent).toBeUndefined();
      expect(event.data).toEqual({
        schema: 'deid.instance.v1',
        tenant: 't1',
        SOPInstanceUID: expect.stringMatching(/^2\.25\./) as string,
        SeriesInstanceUID: expect.stringMatching(/^2\.25\./) as string,
        StudyInstanceUID: expect.stringMatching(/^2\.25\./) as string,
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
        TransferSyntaxUID: '1.2.840.10008.1.2.1',
        PatientPseudonym: expect.stringMatching(/^[A-Z2-7]{16}$/) as string,
        Modality: 'CT',
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: 64,
        Columns: 64,
        BitsStored: 12,
        PixelSpacing: [0.7, 0.7],
        DeidentificationMethodCodes: ['113100'],
      });
    }
    expect(new Set(told.map((event) => event.data.SOPInstanceUID)).size).toBe(3);
    expect(STUDY.map((instance) => instance.sopInstanceUID)).not.toContain(told[0]?.data.SOPInstanceUID);
  });

  it('keeps the way back to the person in one sealed object', async () => {
    const wayback = await pipeline.objects('wayback');
    expect(wayback).toHaveLength(1);
    const person = (await pipeline.open(wayback[0]!)).toString();
    expect(person).toContain('QW-');
  });

  it('leaves nothing in staging but the list of its batch', async () => {
    expect(
      (await pipeline.names('staging/')).filter((name) => !name.startsWith('staging/t1/batch/')),
    ).toEqual([]);
  });

  it('leaves no word of the person in the log', () => {
    const log = pipeline.log.lines.join('');
    expect(IDENTIFIERS.filter((word) => log.includes(word))).toEqual([]);
  });
});

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function dataSetOf(file: Buffer): Promise<Buffer> {
  const { dataSet } = await splitPart10(
    (async function* () {
      yield file;
    })(),
  );
  return Buffer.concat(await Array.fromAsync(dataSet));
}
