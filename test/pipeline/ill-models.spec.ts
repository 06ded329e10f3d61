import { openOnnxRunner } from '@sluice/inference/model/runner-onnxruntime';
import { peakMemoryMiB } from '@sluice/inference/model/peak-memory';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { tinyModel, type TinyModel } from '@sluice/inference/testing/tiny-model';
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

  it('and takes too much memory for a batch: its process is ended, and each object is answered alone', async () => {
    const greedy = { size: 16, copies: 2 ** 16 };
    // 64 MiB for one picture, which is what it is warmed up with; four are too many.
    const runner = await openOnnxRunner({ model: tinyModel(greedy) });
    const forOne = peakMemoryMiB(runner.pids()[0]!) ?? 0;
    await runner.close();
    await start(greedy, {
      INFERENCE_PROCESS_MIB: String(Math.round(forOne) + 96),
      INFERENCE_DELAY_MS: '10000',
    });
    await pipeline.push(study(32));
    const [series] = await pipeline.said('series.inferred.v1', 1);
    expect(series?.data).toMatchObject({ verdict: 'answered', models: [{ answered: INSTANCES, failed: 0 }] });
    expect(pipeline.log.lines.join('')).toContain('INFERENCE_RUNNER_TOO_LARGE');
  });
});
