import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeidFindingV1, InferenceAnswer, SluiceError } from '@sluice/contracts';
import { type Keys, openKeys } from '@sluice/crypto';
import { readNamed } from '@sluice/dicom';
import { openStore, secretShelf, type Store } from '@sluice/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inferObject } from './infer-object.js';
import { madeObject, NO_CODECS } from './input/testing/made-input.js';
import type { Job } from './jobs/jobs.js';
import { type LoadedModel, openModels } from './model/open-models.js';
import type { OnnxRunner } from './model/runner-onnxruntime.js';
import type { Finding } from './results/finding.js';
import { delivery, scrubbedOf } from './testing/inference-room.js';
import { tinyFolder, type TinyFolder } from './testing/tiny-folder.js';
import type { TinyModel } from './testing/tiny-model.js';

const SIDE = 32;
/** A dark picture with a bright square. */
const PIXELS = Buffer.from(
  Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    return x >= 8 && x < 20 && y >= 10 && y < 18 ? 250 : 20;
  }),
);
const PICTURE = { Rows: [SIDE], Columns: [SIDE], PixelData: PIXELS, PixelSpacing: '0.5\\0.5' };

let folder: string;
let store: Store;
let keys: Keys;
let tiny: TinyFolder | undefined;
let models: LoadedModel[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-infer-'));
  store = await openStore(`file:${join(folder, 'store')}`);
  keys = await openKeys(`local:${join(folder, 'keys')}`, { shelf: secretShelf(store) });
  models = [];
});
afterEach(async () => {
  await Promise.all([store.close(), keys.close(), ...models.map(({ runner }) => runner.close())]);
  await tiny?.remove();
  tiny = undefined;
  await rm(folder, { recursive: true });
});

async function load(model: TinyModel = {}): Promise<void> {
  tiny = await tinyFolder(model);
  models = await openModels(tiny.settings);
}

async function jobOf(object: Buffer): Promise<Job> {
  const name = `staging/t1/clean/${createHash('sha256').update(object).digest('hex')}/1`;
  const { ref: clean } = await store.put(name, keys.staging('t1', 'staging-clean').seal(once(object)));
  const cleanDigest = createHash('sha256').update(object).digest('hex');
  const scrubbed = scrubbedOf(delivery(1), { clean, cleanDigest, cleanSizeBytes: object.length });
  return { objectId: 'x', urgent: false, deaths: 0, tries: 0, scrubbed };
}

async function infer(object: Buffer) {
  const doors = { store, keys, models, codecs: NO_CODECS };
  const answers = await inferObject(doors, await jobOf(object), { alone: false });
  for (const { answer } of answers) InferenceAnswer.parse(answer);
  return answers;
}

async function opened(name: string): Promise<Buffer> {
  const sealed = await store.get({ name });
  return Buffer.concat(await Array.fromAsync(keys.staging('t1', 'staging-result').open(sealed)));
}

describe('an object that the model was made for', () => {
  it('is answered by five sealed results that name it, and by numbers for analytics', async () => {
    await load();
    const object = madeObject(PICTURE);
    const [stored] = await infer(object);
    const { answer, told } = stored!;
    expect(answer).toMatchObject({ verdict: 'answered', model: { name: 'tiny', version: '1' } });
    expect(answer.results.map(({ kind }) => kind)).toEqual(['seg', 'sr', 'capture', 'finding', 'picture']);
    for (const { object: ref, plainDigest, plainSizeBytes } of answer.results) {
      const plain = await opened(ref.name);
      expect(createHash('sha256').update(plain).digest('hex')).toBe(plainDigest);
      expect(plain.length).toBe(plainSizeBytes);
    }
    const seg = await opened(answer.results[0]!.object.name);
    const { Modality, StudyInstanceUID } = await readNamed(once(seg));
    expect([Modality, StudyInstanceUID]).toEqual(['SEG', '2.25.12']);
    expect(told?.lesionsTotal).toBe(1);
    const [lesion] = told!.lesions;
    expect(lesion?.longAxis.unit).toBe('mm');
    // 12 x 8 pixels of half a millimetre, seen through a square of 16 pixels.
    expect(lesion?.longAxis.value).toBeGreaterThan(5.5);
    expect(lesion?.longAxis.value).toBeLessThan(9);
    const data = { schema: 'deid.finding.v1', tenant: 't1', SOPInstanceUID: '2.25.1' };
    const uids = { SeriesInstanceUID: '2.25.2', StudyInstanceUID: '2.25.3' };
    expect(DeidFindingV1.safeParse({ ...data, ...uids, answers: [told] }).error).toBeUndefined();
  });

  it('is answered by the same objects the second time, and nothing is written twice', async () => {
    await load();
    const first = await infer(madeObject(PICTURE));
    const names = async () =>
      (await Array.fromAsync(store.list('staging/t1/result/'))).map(({ name }) => name);
    const before = await names();
    expect(await infer(madeObject(PICTURE))).toEqual(first);
    expect(await names()).toEqual(before);
    expect(before).toHaveLength(5);
  });
});

/** The model answers with these class probabilities, whatever it sees. */
function answering(...probabilities: readonly number[]): void {
  const [model] = models as [LoadedModel];
  const submit: LoadedModel['queue']['submit'] = async (...picture) =>
    (await model.queue.submit(...picture)).map((output) =>
      output.name === 'probabilities' ? { ...output, data: Float32Array.from(probabilities) } : output,
    );
  models = [{ ...model, queue: { ...model.queue, submit } }];
}

describe('a second opinion', () => {
  const SECOND = { name: 'tiny-svm', version: '1', digest: '9'.repeat(64) };
  const finding = async ([stored]: Awaited<ReturnType<typeof infer>>) =>
    JSON.parse((await opened(stored!.answer.results[3]!.object.name)).toString()) as Finding;

  it('is asked for with the picture and its outline, and told under names of its own', async () => {
    await load();
    const [model] = models as [LoadedModel];
    const alone = await infer(madeObject(PICTURE));
    const asked: string[][] = [];
    const submit: LoadedModel['queue']['submit'] = async (inputs) => {
      asked.push(inputs.map(({ name, shape }) => `${name} ${shape.join()}`));
      return [{ name: 'probabilities', shape: [1, 2], data: Float32Array.of(0.75, 0.25) }];
    };
    models = [{ ...model, second: { identity: SECOND, queue: { ...model.queue, submit } } }];
    const both = await infer(madeObject(PICTURE));
    expect(asked).toEqual([['image 1,1,16,16', 'mask 1,1,16,16']]);
    expect((await finding(both)).frames[0]?.secondOpinion).toMatchObject({ model: SECOND });
    expect((await finding(alone)).frames[0]?.secondOpinion).toBeUndefined();
  });

  it('that is no number ends nothing; that is late does', async () => {
    await load();
    const [model] = models as [LoadedModel];
    const failing = (code: 'INFERENCE_OUTPUT_INVALID' | 'INFERENCE_RUNNER_DIED') => {
      const submit = () => Promise.reject(new SluiceError(code));
      models = [{ ...model, second: { identity: SECOND, queue: { ...model.queue, submit } } }];
    };
    failing('INFERENCE_RUNNER_DIED');
    await expect(infer(madeObject(PICTURE))).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_DIED' });
    failing('INFERENCE_OUTPUT_INVALID');
    const answered = await infer(madeObject(PICTURE));
    expect((await finding(answered)).frames[0]?.secondOpinion?.agreement).toBe('missing');
  });

  it('is not asked for where nothing was outlined', async () => {
    await load();
    const [model] = models as [LoadedModel];
    const submit = () => Promise.reject(new Error('asked'));
    models = [{ ...model, second: { identity: SECOND, queue: { ...model.queue, submit } } }];
    const dark = { ...PICTURE, PixelData: Buffer.from(PIXELS.map((grey) => grey >> 1)) };
    const [stored] = await infer(madeObject(dark));
    expect(stored?.told?.lesionsTotal).toBe(0);
  });
});

describe('numbers in 32 bits', () => {
  it('that differ a little the second time (another batch, another device) are told as they were stored', async () => {
    await load();
    const [model] = models as [LoadedModel];
    answering(0.25, 0.75);
    await infer(madeObject(PICTURE));
    models = [model];
    answering(0.25, 0.7500001);
    const [stored] = await infer(madeObject(PICTURE));
    for (const { object, plainDigest, plainSizeBytes } of stored!.answer.results) {
      const plain = await opened(object.name);
      expect(createHash('sha256').update(plain).digest('hex')).toBe(plainDigest);
      expect(plain.length).toBe(plainSizeBytes);
    }
  });

  it('that end a little above one are one', async () => {
    await load();
    answering(0, 1.0000001);
    const [stored] = await infer(madeObject(PICTURE));
    expect(stored?.answer.verdict).toBe('answered');
    expect(stored?.told?.classes[1]?.probability).toBe(1);
  });
});

describe('an object whose model process is killed with it in hand', () => {
  it('is tried again, and answered by the process that takes its place', async () => {
    await load();
    const [pid = 0] = (models[0]?.runner as OnnxRunner).pids();
    process.kill(pid, 'SIGSTOP');
    const [model] = models as [LoadedModel];
    const { queue } = model;
    const submit: typeof queue.submit = (...picture) => {
      setImmediate(() => process.kill(pid, 'SIGKILL'));
      return queue.submit(...picture);
    };
    models = [{ ...model, queue: { ...queue, submit } }];
    const inHand = infer(madeObject(PICTURE));
    await expect(inHand).rejects.toMatchObject({ code: 'INFERENCE_RUNNER_DIED', kind: 'transient' });
    models = [model];
    const [stored] = await infer(madeObject(PICTURE));
    expect(stored?.answer.verdict).toBe('answered');
  });
});

describe('an object that is not answered', () => {
  it('says why no model was made for it', async () => {
    await load();
    expect(await infer(madeObject({ ...PICTURE, Modality: 'MR' }))).toEqual([
      { answer: { model: models[0]?.identity, verdict: 'unfit', reason: 'modality', results: [] } },
    ]);
  });

  it('says by code what failed, and nothing is stored of it', async () => {
    await load({ answersNaN: true });
    const [stored] = await infer(madeObject(PICTURE));
    expect(stored?.answer).toMatchObject({
      verdict: 'failed',
      code: 'INFERENCE_OUTPUT_INVALID',
      results: [],
    });
    expect(await Array.fromAsync(store.list('staging/t1/result/'))).toEqual([]);
  });

  it('whose bytes do not read says so', async () => {
    await load();
    const [stored] = await infer(madeObject(PICTURE).subarray(0, 600));
    expect(stored?.answer).toMatchObject({
      verdict: 'failed',
      code: expect.stringMatching(/^DICOM_/) as string,
    });
  });

  it('that is gone from staging is an error of its own', async () => {
    await load();
    const job = await jobOf(madeObject(PICTURE));
    await store.delete(job.scrubbed.clean.name);
    const doors = { store, keys, models, codecs: NO_CODECS };
    await expect(inferObject(doors, job, { alone: false })).rejects.toMatchObject({
      code: 'STORE_OBJECT_MISSING',
    });
  });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
