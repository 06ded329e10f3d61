import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LoadedModel, openModels } from '@sluice/inference/model/open-models';
import { tinyFolder, type TinyFolder } from '@sluice/inference/testing/tiny-folder';
import { serveModels } from '@sluice/inference/testing/v2-server';
import { phantomStudy } from '@sluice/samples';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pipeline } from './pipeline.js';

vi.setConfig({ testTimeout: 120_000 });

const study = (seed: number) => [
  ...phantomStudy({
    ...{ seed, modality: 'CT', instances: 2, rows: 64, columns: 64 },
    plant: () => [[0x00180015, 'CS', 'CHEST']],
  }),
];

/** How the server answers: not at all, something else, or as the model does. */
let mood: 'silent' | 'rubbish' | 'busy' | 'lacking' | 'well' = 'silent';
const asked = { silent: 0, rubbish: 0, busy: 0, lacking: 0, well: 0 };

let front: Server;
let pipeline: Pipeline;
let tiny: TinyFolder;
let model: LoadedModel;
let behind: Awaited<ReturnType<typeof serveModels>>;

beforeAll(async () => {
  tiny = await tinyFolder({}, { modality: 'CT', bodyPart: 'CHEST' });
  [model] = (await openModels(tiny.settings)) as [LoadedModel];
  const { identity, runner, queue, maxBatch } = model;
  behind = await serveModels([{ ...identity, runner, queue, maxBatch }]);
  front = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => void front.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  pipeline = await Pipeline.start({
    INFERENCE_MODELS: JSON.stringify([{ folder: tiny.folder, digest: tiny.digest, url }]),
    INFERENCE_MODEL_KEY: tiny.publicKey,
    INFERENCE_QUIET_MS: '200',
    INFERENCE_ROUND_MS: '50',
    INFERENCE_TIMEOUT_MS: '1000',
  });
}, 120_000);
afterAll(async () => {
  await pipeline.remove();
  front.closeAllConnections();
  await new Promise((done) => front.close(done));
  await Promise.all([behind.stop(), model.runner.close()]);
  await tiny.remove();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
  // What it runs it tells even when it is ill: only then its answers are asked for.
  const isQuestion = request.method === 'POST';
  if (isQuestion) asked[mood] += 1;
  if (isQuestion && mood === 'silent') return;
  if (isQuestion && mood === 'rubbish') return void response.end('<html>it works</html>');
  if (isQuestion && mood === 'busy') return void response.writeHead(503).end();
  if (isQuestion && mood === 'lacking') return void response.writeHead(404).end();
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name)
      ? [[name, value]]
      : [],
  ) as [string, string][];
  const method = request.method ?? 'GET';
  const said = await fetch(behind.url + request.url, { method, headers, ...(isQuestion && { body }) });
  response
    .writeHead(said.status, Object.fromEntries(said.headers))
    .end(Buffer.from(await said.arrayBuffer()));
}

describe('a model server that is ill', () => {
  it('loses nothing: objects wait while it is silent, answers rubbish, is busy or lacks the model, and are answered once it is well', async () => {
    await pipeline.push(study(21));
    for (const ill of ['silent', 'rubbish', 'busy', 'lacking'] as const) {
      mood = ill;
      await vi.waitFor(() => expect(asked[ill]).toBeGreaterThan(0), { timeout: 50_000, interval: 50 });
    }
    const log = () => pipeline.log.lines.join('');
    for (const code of ['SLOW', 'RUBBISH', 'UNAVAILABLE', 'LACKS_MODEL'])
      await vi.waitFor(() => expect(log()).toContain(`INFERENCE_SERVER_${code}`), {
        timeout: 50_000,
        interval: 50,
      });
    mood = 'well';
    const [series] = await pipeline.said('series.inferred.v1', 1);
    expect(series?.data).toMatchObject({
      verdict: 'answered',
      models: [{ answered: 2, failed: 0 }],
      codes: [],
    });
  });
});
