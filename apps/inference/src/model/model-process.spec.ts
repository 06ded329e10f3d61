import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownedMemoryMiB } from './owned-memory.js';
import { openOnnxRunner, type OnnxRunner, type OnnxRunnerOptions } from './runner-onnxruntime.js';

/** A process that gives back what it is given, hangs on a 9, takes a quarter of a gigabyte and hangs on a 7, takes it and answers on a 5, takes it at eight at once, dies of these once `frail` and takes twice as much once `greedy` lies beside it, and cannot load anything once `full` lies beside it. */
const SCRIPT = `
import { existsSync } from 'node:fs';
const port = [{ name: 'x', shape: ['batch', 1] }];
process.on('message', (message) => {
  if (!('load' in message)) {
    if (message.inputs[0].data[0] === 9) return;
    if (message.inputs[0].data.length === 8 && existsSync(new URL('frail', import.meta.url))) process.exit(1);
    if (message.inputs[0].data.length === 8 && existsSync(new URL('greedy', import.meta.url))) globalThis.more = Buffer.alloc(2 ** 28, 1);
    if (message.inputs[0].data[0] === 7) return void (globalThis.taken = Buffer.alloc(2 ** 28, 1));
    if (message.inputs[0].data[0] === 5 || message.inputs[0].data.length === 8) globalThis.taken = Buffer.alloc(2 ** 28, 1);
    const outputs = message.inputs.map((one) => ({ ...one, data: Float32Array.from(one.data) }));
    return process.send({ id: message.id, outputs });
  }
  if (existsSync(new URL('full', import.meta.url))) process.exit(1);
  const devices = existsSync(new URL('cuda', import.meta.url)) ? ['cuda', 'cpu'] : ['cpu'];
  const provider = message.providers.find((one) => devices.includes(one));
  process.send({ lacksDevice: !provider, loaded: provider && { provider, inputs: port, outputs: port } });
});
process.on('disconnect', () => process.exit(0));
`;

let folder: string;
let runner: OnnxRunner;
const opened: OnnxRunner[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-model-process-'));
  await writeFile(join(folder, 'script.mjs'), SCRIPT);
  const script = pathToFileURL(join(folder, 'script.mjs'));
  runner = await openOnnxRunner({ model: Buffer.from('model'), script, timeoutMs: 8_000 });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([runner, ...opened.splice(0)].map((one) => one.close()));
  await rm(folder, { recursive: true });
});

const asked = (value: number) => [{ name: 'x', shape: [1, 1], data: Float32Array.of(value) }];
const ask = (value: number) => runner.run(asked(value));

/** With room for half of the quarter. */
async function openSmall(options: Partial<OnnxRunnerOptions> = {}): Promise<OnnxRunner> {
  const script = pathToFileURL(join(folder, 'script.mjs'));
  const mostMiB = (ownedMemoryMiB(runner.pids()[0]!) ?? 0) + 128;
  const small = await openOnnxRunner({ model: Buffer.from('model'), script, mostMiB, ...options });
  opened.push(small);
  return small;
}

/** With full batches of eight. */
async function openFull(mostMiB?: number): Promise<OnnxRunner> {
  const script = pathToFileURL(join(folder, 'script.mjs'));
  const full = await openOnnxRunner({ model: Buffer.from('model'), script, maxBatch: 8, mostMiB });
  opened.push(full);
  return full;
}

describe('a process that runs a model', () => {
  it('and is late takes its own batch with it, not the one behind', async () => {
    const [late, behind] = await Promise.allSettled([ask(9), ask(1)]);
    expect(late).toMatchObject({ status: 'rejected', reason: { code: 'INFERENCE_RUNNER_DIED' } });
    expect(behind).toMatchObject({ status: 'fulfilled', value: [{ data: Float32Array.of(1) }] });
  });

  it('and takes more memory than it may is ended, and another takes its place', async () => {
    const small = await openSmall();
    const [large] = small.pids();
    await expect(small.run(asked(7))).rejects.toMatchObject({
      code: 'INFERENCE_RUNNER_TOO_LARGE',
      kind: 'transient',
    });
    await expect(small.run(asked(1))).resolves.toHaveLength(1);
    expect(small.pids()).not.toContain(large);
  });

  it('is told of when another has taken its place: too large, or dead', async () => {
    const told: string[] = [];
    const small = await openSmall({ onReplaced: (why) => void told.push(why) });
    await small.run(asked(1));
    await expect(small.run(asked(7))).rejects.toThrow();
    expect(told).toEqual([]);
    await small.run(asked(1));
    expect(told).toEqual(['too-large']);
    await writeFile(join(folder, 'full'), '');
    process.kill(small.pids()[0]!, 'SIGKILL');
    await vi.waitFor(() => expect(small.probe()).rejects.toThrow(), 10_000);
    await expect(small.run(asked(1))).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_UNAVAILABLE' });
    expect(told).toEqual(['too-large']);
    await rm(join(folder, 'full'));
    await small.run(asked(1));
    expect(told).toEqual(['too-large', 'died']);
  });

  it('and has answered before it is ended for its memory has answered', async () => {
    const small = await openSmall();
    const [large] = small.pids();
    // Nobody looks before the answer.
    vi.useFakeTimers({ toFake: ['setInterval'] });
    await expect(small.run(asked(5))).resolves.toMatchObject([{ data: Float32Array.of(5) }]);
    await expect(small.run(asked(1))).resolves.toMatchObject([{ data: Float32Array.of(1) }]);
    expect(small.pids()).not.toContain(large);
  });

  it.each([
    ['from its start on', { mostMiB: 8 }],
    ['with one full batch', { maxBatch: 8 }],
  ])('that takes more than it may %s is an error of the settings, not of a job', async (_when, options) => {
    await expect(openSmall(options)).rejects.toMatchObject({ code: 'INFERENCE_CAP_TOO_LOW', kind: 'fatal' });
  });

  it.each([
    ['auto', 'with', 'cuda'],
    ['auto', 'without', 'cpu'],
    ['cpu', 'with', 'cpu'],
    ['cuda', 'with', 'cuda'],
    ['cuda', 'without', 'INFERENCE_DEVICE_MISSING'],
  ] as const)('asked for %s, on a runtime %s CUDA, runs on %s', async (device, has, expected) => {
    if (has === 'with') await writeFile(join(folder, 'cuda'), '');
    const script = pathToFileURL(join(folder, 'script.mjs'));
    const opened = await openOnnxRunner({ model: Buffer.from('model'), script, device }).then(
      async ({ provider, close }) => (await close(), provider),
      (error: { code: string }) => error.code,
    );
    expect(opened).toBe(expected);
  });

  it('and cannot be started anew is waited for: no batch is to blame', async () => {
    await writeFile(join(folder, 'full'), '');
    process.kill(runner.pids()[0]!, 'SIGKILL');
    await vi.waitFor(() => expect(runner.probe()).rejects.toThrow(), 10_000);
    await expect(ask(1)).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_UNAVAILABLE', kind: 'transient' });
    await rm(join(folder, 'full'));
    await expect(ask(1)).resolves.toMatchObject([{ data: Float32Array.of(1) }]);
  });

  it('and does not outlive a full batch does not start', async () => {
    await writeFile(join(folder, 'frail'), '');
    const script = pathToFileURL(join(folder, 'script.mjs'));
    const opening = openOnnxRunner({ model: Buffer.from('model'), script, maxBatch: 8 });
    await expect(opening).rejects.toMatchObject({ code: 'INFERENCE_START_FAILED', kind: 'fatal' });
  });

  it('and does not outlive a full batch any more is waited for: no picture is to blame', async () => {
    const full = await openFull();
    await writeFile(join(folder, 'frail'), '');
    process.kill(full.pids()[0]!, 'SIGKILL');
    await vi.waitFor(() => expect(full.probe()).rejects.toThrow(), 10_000);
    for (const value of [1, 2])
      await expect(full.run(asked(value))).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_UNAVAILABLE' });
    await rm(join(folder, 'frail'));
    await expect(full.run(asked(1))).resolves.toMatchObject([{ data: Float32Array.of(1) }]);
  });

  it('and takes more for a full batch than the one before is waited for: in the middle of work no cap is fatal', async () => {
    const full = await openFull((ownedMemoryMiB(runner.pids()[0]!) ?? 0) + 256 + 128);
    await writeFile(join(folder, 'greedy'), '');
    process.kill(full.pids()[0]!, 'SIGKILL');
    await vi.waitFor(() => expect(full.probe()).rejects.toThrow(), 10_000);
    const unavailable = { code: 'INFERENCE_RUNNER_UNAVAILABLE', kind: 'transient' };
    await expect(full.run(asked(1))).rejects.toMatchObject(unavailable);
    await rm(join(folder, 'greedy'));
    await expect(full.run(asked(1))).resolves.toMatchObject([{ data: Float32Array.of(1) }]);
  });
});
