import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openOnnxRunner } from '../model/runner-onnxruntime.js';
import type { ModelPorts } from '../model/runner.js';
import { greyBatch, runnerBehaviour } from '../testing/runner-behaviour.js';
import { tinyModel } from '../testing/tiny-model.js';
import { serveOnnx } from '../testing/v2-server.js';
import { openV2Runner } from './runner-v2.js';
import { encodeResponse, JSON_LENGTH_HEADER } from './v2-message.js';

const PORTS: ModelPorts = {
  inputs: [{ name: 'image', shape: [1, 8, 8] }],
  outputs: [
    { name: 'mask', shape: [1, 8, 8] },
    { name: 'probabilities', shape: [2] },
    { name: 'logits', shape: [2] },
  ],
};

runnerBehaviour('onnxruntime in a process of its own', async (model) => {
  const runner = await openOnnxRunner({ model });
  return { runner, close: () => runner.close() };
});

runnerBehaviour('our own door, asked over the open inference protocol', async (model) => {
  const { url, close } = await serveOnnx(model);
  return { runner: openV2Runner({ url, name: 'tiny', ports: PORTS }), close };
});

describe('a model server that is ill', () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
    server = undefined;
  });

  async function runnerOn(listener: RequestListener, timeoutMs = 20_000) {
    server = createServer(listener);
    await new Promise<void>((done) => void server?.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return openV2Runner({ url, name: 'tiny', ports: PORTS, digest: 'a'.repeat(64), timeoutMs });
  }
  const answering = (body: Buffer | string, headers: Record<string, string> = {}, status = 200) =>
    runnerOn(
      (request, response) =>
        void request.resume().on('end', () => response.writeHead(status, headers).end(body)),
    );
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'no error',
      (error: { code: string }) => error.code,
    );

  it('that does not answer in time is slow, not wrong', async () => {
    const runner = await runnerOn(() => undefined, 50);
    expect(await codeOf(runner.run([greyBatch(1)]))).toBe('INFERENCE_SERVER_SLOW');
  });

  it('that nobody listens for is unavailable', async () => {
    const runner = await answering('');
    await new Promise((done) => server?.close(done));
    server = undefined;
    expect(await codeOf(runner.run([greyBatch(1)]))).toBe('INFERENCE_SERVER_UNAVAILABLE');
    expect(await codeOf(runner.probe())).toBe('INFERENCE_SERVER_UNAVAILABLE');
  });

  it.each([
    ['a page of something else', '<html>busy</html>'],
    ['nothing', ''],
    ['json of another kind', '{"outputs":[{"name":"mask"}]}'],
    ['too few outputs', '{"outputs":[]}'],
    [
      'an output of another shape',
      '{"outputs":[{"name":"mask","shape":[1,1],"datatype":"FP32","data":[1]}]}',
    ],
    ['more than the model can say', 'x'.repeat(200_000)],
  ])('that answers %s is refused', async (_what, body) => {
    const runner = await answering(body);
    expect(await codeOf(runner.run([greyBatch(1)]))).toBe('INFERENCE_SERVER_RUBBISH');
  });

  it('that does not know the model says so by a code of its own', async () => {
    const runner = await answering('{"error":"unknown model"}', {}, 404);
    expect(await codeOf(runner.run([greyBatch(1)]))).toBe('INFERENCE_SERVER_LACKS_MODEL');
    expect(await codeOf(runner.check())).toBe('INFERENCE_SERVER_LACKS_MODEL');
  });

  it('that promises more bytes than it sends is refused', async () => {
    const json = JSON.stringify({
      outputs: [
        { name: 'mask', shape: [1, 1, 8, 8], datatype: 'FP32', parameters: { binary_data_size: 256 } },
      ],
    });
    const runner = await answering(Buffer.concat([Buffer.from(json), Buffer.alloc(100)]), {
      [JSON_LENGTH_HEADER]: String(json.length),
    });
    expect(await codeOf(runner.run([greyBatch(1)]))).toBe('INFERENCE_SERVER_RUBBISH');
  });

  it('that answers NaN gives no result', async () => {
    const outputs = PORTS.outputs.map(({ name, shape }) => ({
      name,
      shape: [1, ...shape],
      data: new Float32Array(shape.reduce((area, side) => area * side, 1)).fill(Number.NaN),
    }));
    const { body, jsonBytes } = encodeResponse({ name: 'tiny', version: '1' }, outputs, {
      wants: () => 'binary',
    });
    const runner = await answering(body, { [JSON_LENGTH_HEADER]: String(jsonBytes) });
    expect(await codeOf(runner.run([greyBatch(1)]))).toBe('INFERENCE_OUTPUT_INVALID');
  });

  it('that runs another file than the pinned one is found out before the first picture', async () => {
    const wire = (ports: ModelPorts['inputs']) =>
      ports.map(({ name, shape }) => ({ name, datatype: 'FP32', shape: [-1, ...shape] }));
    const metadata = { inputs: wire(PORTS.inputs), outputs: wire(PORTS.outputs) };
    const other = await answering(JSON.stringify({ ...metadata, parameters: { digest: 'b'.repeat(64) } }));
    expect(await codeOf(other.check())).toBe('INFERENCE_MODEL_DIGEST_WRONG');
  });

  it('that has a model of another form is found out before the first picture', async () => {
    const runner = await answering(JSON.stringify({ inputs: [], outputs: [] }));
    expect(await codeOf(runner.check())).toBe('INFERENCE_MODEL_UNFIT');
  });
});

describe('a process that runs the model', () => {
  it('is replaced when it was killed in the middle of a batch', async () => {
    const runner = await openOnnxRunner({ model: tinyModel() });
    try {
      const [pid = 0] = runner.pids();
      process.kill(pid, 'SIGSTOP');
      const inHand = runner.run([greyBatch(1)]);
      process.kill(pid, 'SIGKILL');
      await expect(inHand).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_DIED', kind: 'transient' });
      expect(await runner.run([greyBatch(0)])).toHaveLength(3);
      expect(runner.pids()).not.toContain(pid);
    } finally {
      await runner.close();
    }
  });

  it('is ended when a batch takes too long', async () => {
    const runner = await openOnnxRunner({ model: tinyModel(), timeoutMs: 3_000 });
    try {
      process.kill(runner.pids()[0] ?? 0, 'SIGSTOP');
      await expect(runner.run([greyBatch(1)])).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_DIED' });
    } finally {
      await runner.close();
    }
  });

  it('does not run on the CPU in silence where CUDA was asked for', async () => {
    const said = await openOnnxRunner({ model: tinyModel(), device: 'cuda' }).then(
      async ({ provider, close }) => (await close(), provider),
      (error: { code: string }) => error.code,
    );
    expect(['cuda', 'INFERENCE_DEVICE_MISSING']).toContain(said);
  });

  it('refuses a file that is no model', async () => {
    const opened = openOnnxRunner({ model: Buffer.from('no model') });
    await expect(opened).rejects.toMatchObject({ code: 'INFERENCE_MODEL_UNSAFE', kind: 'fatal' });
  });

  it('runs several batches at once where there are several processes', async () => {
    const runner = await openOnnxRunner({ model: tinyModel(), processes: 2 });
    try {
      const [first = 0] = runner.pids();
      process.kill(first, 'SIGSTOP');
      const stopped = runner.run([greyBatch(1)]);
      expect(await runner.run([greyBatch(2)])).toHaveLength(3);
      process.kill(first, 'SIGCONT');
      expect(await stopped).toHaveLength(3);
    } finally {
      await runner.close();
    }
  });
});
