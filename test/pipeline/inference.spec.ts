import { createHash } from 'node:crypto';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { readNamed } from '@sluice/dicom';
import { phantomStudy } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

const chest = (part: string) => () => [[0x00180015, 'CS', part]] as [number, string, string][];
/** Three slices that the model was made for, and two that it was not. */
const STUDY = [
  ...phantomStudy({ seed: 11, modality: 'CT', instances: 3, rows: 64, columns: 64, plant: chest('CHEST') }),
];
const OTHER = [
  ...phantomStudy({ seed: 12, modality: 'CT', instances: 2, rows: 64, columns: 64, plant: chest('KNEE') }),
];
const LATE = [
  ...phantomStudy({ seed: 11, modality: 'CT', instances: 4, rows: 64, columns: 64, plant: chest('CHEST') }),
].slice(3);

vi.setConfig({ testTimeout: 120_000 });

let pipeline: Pipeline;
let tiny: TinyFolder;
beforeAll(async () => {
  tiny = await tinyFolder({}, { modality: 'CT', bodyPart: 'CHEST' });
  const settings = Object.entries(tiny.settings).map(([name, value]) => [name, String(value)]);
  pipeline = await Pipeline.start({
    ...(Object.fromEntries(settings) as Record<string, string>),
    INFERENCE_QUIET_MS: '300',
    INFERENCE_ROUND_MS: '50',
  });
}, 120_000);
afterAll(async () => {
  await pipeline.remove();
  await tiny.remove();
});

describe('a study, where a model is installed', () => {
  it('ends with what the model made of each object, or with the word that none applies', async () => {
    await pipeline.push([...STUDY, ...OTHER]);
    const series = await pipeline.said('series.inferred.v1', 2);
    expect(series.map(({ data }) => data.verdict).sort()).toEqual(['answered', 'no-model-applies']);
    const answered = series.find(({ data }) => data.verdict === 'answered')?.data;
    expect(answered).toMatchObject({
      version: 1,
      counts: { instances: 3, clean: 3, quarantined: 0, dead: 0 },
      models: [{ name: 'tiny', version: '1', digest: tiny.digest, answered: 3, unfit: 0, failed: 0 }],
    });
    expect(answered?.resultsTotal).toBeGreaterThanOrEqual(12);
  });

  it('has its results archived, each as it was made', async () => {
    await vi.waitFor(
      async () => expect((await pipeline.objects('result')).length).toBeGreaterThanOrEqual(12),
      { timeout: 50_000, interval: 100 },
    );
    for (const row of await pipeline.objects('result')) {
      const plain = await pipeline.open(row);
      expect(createHash('sha256').update(plain).digest('hex')).toBe(row.plain_digest);
    }
    const [report] = (await pipeline.objects('result')).filter(({ name }) => name.endsWith('-sr'));
    const { Modality, SOPClassUID } = await readNamed(once(await pipeline.open(report!)));
    expect([Modality, SOPClassUID]).toEqual([
      'SR',
      expect.stringMatching(/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./),
    ]);
  });

  it('is told to analytics without time, date or trace', async () => {
    for (const event of await pipeline.said('deid.finding.v1', 3)) {
      expect([event.time, event.traceparent]).toEqual([undefined, undefined]);
      expect(event.data.SOPInstanceUID).toMatch(/^2\.25\./);
      expect(Object.keys(event.data).filter((name) => /date|time|key/i.test(name))).toEqual([]);
    }
  });

  it('leaves nothing in staging but the lists of its batches', async () => {
    const staged = async () =>
      (await pipeline.names('staging/')).filter((name) => !name.startsWith('staging/t1/batch/'));
    await vi.waitFor(async () => expect(await staged()).toEqual([]), { timeout: 50_000, interval: 100 });
  });

  it('is answered anew when an instance is late, and what was answered is not asked again', async () => {
    const before = await pipeline.said('instance.inferred.v1', 5);
    await pipeline.push(LATE);
    const series = await pipeline.said('series.inferred.v1', 3);
    expect(series.map(({ data }) => data.version).sort()).toEqual([1, 1, 2]);
    expect(await pipeline.said('instance.inferred.v1', 6)).toHaveLength(before.length + 1);
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
