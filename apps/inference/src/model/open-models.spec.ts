import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveModels } from '../testing/v2-server.js';
import { tinyFolder, type TinyFolder } from '../testing/tiny-folder.js';
import type { OnnxRunner } from './runner-onnxruntime.js';
import { type LoadedModel, type ModelSettings, openModels } from './open-models.js';

let tiny: TinyFolder;
const opened: LoadedModel[] = [];
beforeEach(async () => {
  tiny = await tinyFolder();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ runner }) => runner.close()));
  await tiny.remove();
});

async function open(more: Partial<ModelSettings> = {}): Promise<LoadedModel[]> {
  const models = await openModels({ ...tiny.settings, ...more });
  opened.push(...models);
  return models;
}
const codeOf = (more: Partial<ModelSettings>) =>
  open(more).then(
    () => 'opened',
    (error: { code: string; kind: string }) => `${error.kind} ${error.code}`,
  );
const listed = (more: object) => ({
  INFERENCE_MODELS: JSON.stringify([{ folder: tiny.folder, digest: tiny.digest, ...more }]),
});

describe('a model in production', () => {
  it('that is pinned and signed is opened, under its name, version and digest', async () => {
    const [model] = await open();
    expect(model?.identity).toEqual({ name: 'tiny', version: '1', digest: tiny.digest });
    expect(model?.contract.classes).toEqual(['benign', 'malignant']);
  });

  it.each([
    ['that nobody signed', async () => rm(join(tiny.folder, 'model.sig')), {}, 'INFERENCE_MODEL_UNSIGNED'],
    [
      'whose signer nobody named',
      async () => undefined,
      { INFERENCE_MODEL_KEY: undefined },
      'INFERENCE_MODEL_UNSIGNED',
    ],
    [
      'without a contract',
      async () => rm(join(tiny.folder, 'contract.json')),
      { INFERENCE_MODE: 'development', INFERENCE_MODEL_KEY: undefined },
      'INFERENCE_MODEL_MISSING',
    ],
    ['that is missing', async () => rm(tiny.folder, { recursive: true }), {}, 'INFERENCE_MODEL_MISSING'],
  ])('%s does not load', async (_what, change, more, code) => {
    await change();
    expect(await codeOf(more as Partial<ModelSettings>)).toBe(`fatal ${code}`);
  });

  it('of another digest, or of none, does not load', async () => {
    expect(await codeOf(listed({ digest: 'f'.repeat(64) }))).toBe('fatal INFERENCE_MODEL_DIGEST_WRONG');
    expect(await codeOf(listed({ digest: undefined }))).toBe('fatal INFERENCE_MODEL_DIGEST_WRONG');
  });

  it('whose folder has no name that a version can have does not load: its answers could not be said', async () => {
    const other = join(tiny.folder, '../Version_1');
    await rename(tiny.folder, other);
    expect(await codeOf(listed({ folder: other }))).toBe('fatal INFERENCE_MODEL_UNFIT');
  });

  it('whose second opinion takes or gives something else, or is another file, does not load', async () => {
    const second = { folder: tiny.folder, digest: tiny.digest };
    expect(await codeOf(listed({ second }))).toBe('fatal INFERENCE_MODEL_UNFIT');
    const other = { ...second, digest: 'f'.repeat(64) };
    expect(await codeOf(listed({ second: other }))).toBe('fatal INFERENCE_MODEL_DIGEST_WRONG');
  });

  it('that takes more for a full batch than its process may does not load, whatever it takes for one picture', async () => {
    // 64 MiB for each.
    const other = await tinyFolder({ size: 16, copies: 2 ** 16 });
    const settings = { ...other.settings, INFERENCE_PROCESS_MIB: 384 };
    try {
      const full = openModels({ ...settings, INFERENCE_BATCH: 8 });
      await expect(full).rejects.toMatchObject({ code: 'INFERENCE_CAP_TOO_LOW', kind: 'fatal' });
      opened.push(...(await openModels({ ...settings, INFERENCE_BATCH: 1 })));
    } finally {
      await other.remove();
    }
  });

  it('that takes or gives something else than its contract says does not load', async () => {
    const other = await tinyFolder({ size: 8 });
    try {
      await expect(openModels(other.settings)).rejects.toMatchObject({ code: 'INFERENCE_MODEL_UNFIT' });
    } finally {
      await other.remove();
    }
  });
});

it('a process that is replaced is told, and answers whatever comes of telling it', async () => {
  const [onReplaced, onUnreported] = [vi.fn(), vi.fn()];
  onReplaced.mockImplementation(() => {
    throw new TypeError('a bug');
  });
  const [model] = await openModels(tiny.settings, { onReplaced, onUnreported });
  opened.push(model!);
  const runner = model!.runner as OnnxRunner;
  process.kill(runner.pids()[0]!, 'SIGKILL');
  await vi.waitFor(() => expect(runner.probe()).rejects.toThrow(), 10_000);
  const [{ name, shape }] = runner.ports.inputs as [{ name: string; shape: readonly number[] }];
  const data = new Float32Array(shape.reduce((area, side) => area * side, 1));
  await expect(model!.queue.submit([{ name, shape: [1, ...shape], data }])).resolves.toHaveLength(3);
  expect(onReplaced).toHaveBeenCalledExactlyOnceWith('died');
  expect(onUnreported).toHaveBeenCalledExactlyOnceWith(new TypeError('a bug'));
});

it('in development an unsigned model is opened', async () => {
  await rm(join(tiny.folder, 'model.sig'));
  const development = { INFERENCE_MODE: 'development', INFERENCE_MODEL_KEY: undefined } as const;
  expect(await codeOf(development)).toBe('opened');
});

it.each(['no json', '{}', '[{"folder":1}]', '[{"folder":"x","command":"y"}]'])(
  'settings that say %s are refused',
  async (text) => {
    expect(await codeOf({ INFERENCE_MODELS: text })).toBe('fatal SERVICE_CONFIG_INVALID');
  },
);

describe('a model behind a server', () => {
  it('gives the same as the file itself', async () => {
    const [local] = await open();
    const { runner, queue, maxBatch, identity } = local!;
    const { url, stop } = await serveModels([{ ...identity, runner, queue, maxBatch }]);
    const image = Float32Array.from({ length: 256 }, (_, at) => at);
    const inputs = [{ name: 'image', shape: [1, 1, 16, 16], data: image }];
    try {
      const [remote] = await open(listed({ url }));
      expect(await remote!.queue.submit(inputs)).toEqual(await queue.submit(inputs));
    } finally {
      await stop();
    }
  });

  it('that runs another file does not load', async () => {
    const [local] = await open();
    const { runner, queue, maxBatch, identity } = local!;
    const served = { ...identity, digest: 'e'.repeat(64), runner, queue, maxBatch };
    const { url, stop } = await serveModels([served]);
    try {
      expect(await codeOf(listed({ url }))).toBe('fatal INFERENCE_MODEL_DIGEST_WRONG');
    } finally {
      await stop();
    }
  });

  it('that is down is waited for', async () => {
    const [model] = await open(listed({ url: 'http://127.0.0.1:9' }));
    const inputs = [{ name: 'image', shape: [1, 1, 16, 16], data: new Float32Array(256) }];
    await expect(model?.queue.submit(inputs)).rejects.toMatchObject({
      code: 'INFERENCE_SERVER_UNAVAILABLE',
      kind: 'transient',
    });
  });
});
