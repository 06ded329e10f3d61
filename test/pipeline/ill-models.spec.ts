import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import type { TinyModel } from '@sluice/inference/testing/tiny-model';
import { phantomStudy } from '@sluice/samples';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const INSTANCES = 4;
const study = (seed: number) => [
  ...phantomStudy({
    ...{ seed, modality: 'CT', instances: INSTANCES, rows: 64, columns: 64 },
    plant: () => [[0x00180015, 'CS', 'CHEST']],
  }),
];

let tiny: TinyFolder;
let pipeline: Pipeline;
afterEach(async () => {
  await pipeline.remove();
  await tiny.remove();
});

async function start(model: TinyModel, more: Readonly<Record<string, string>> = {}): Promise<void> {
  tiny = await tinyFolder(model, { modality: 'CT', bodyPart: 'CHEST' });
  const settings = Object.entries(tiny.settings).map(([name, value]) => [name, String(value)]);
  pipeline = await Pipeline.start({
    ...(Object.fromEntries(settings) as Record<string, string>),
    ...{ INFERENCE_QUIET_MS: '200', INFERENCE_ROUND_MS: '50', ...more },
  });
}

describe('a model that is ill, in the running service', () => {
  it('and answers no numbers: every object is answered by code, has no result, and is archived all the same', async () => {
    await start({ answersNaN: true });
    await pipeline.push(study(31));
    const [series] = await pipeline.said('series.inferred.v1', 1);
    expect(series?.data).toMatchObject({
      verdict: 'failed',
      codes: ['INFERENCE_OUTPUT_INVALID'],
      models: [{ answered: 0, failed: INSTANCES }],
      resultsTotal: 0,
    });
    expect(await pipeline.archived()).toMatchObject([
      { archivedRaw: INSTANCES, archivedClean: INSTANCES, unsettled: 0 },
    ]);
  });
});
