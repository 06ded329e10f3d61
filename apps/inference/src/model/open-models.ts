import { basename, dirname } from 'node:path';
import { ModelIdentity, SluiceError } from '@sluice/contracts';
import { z } from 'zod';
import { type Contract, contractSchema } from '../input/contract.js';
import { type BatchQueue, type BatchWatch, createBatchQueue, tellAside } from '../queue/batch-queue.js';
import { openV2Runner } from '../v2/runner-v2.js';
import { readModelFolder, type ModelFolder } from './model-folder.js';
import { openOnnxRunner, type WhyReplaced } from './runner-onnxruntime.js';
import type { ModelPorts, ModelRunner } from './runner.js';

/** A model that objects can be put before. */
export interface LoadedModel {
  readonly identity: { readonly name: string; readonly version: string; readonly digest: string };
  readonly contract: Contract;
  readonly runner: ModelRunner;
  readonly queue: BatchQueue;
  readonly maxBatch: number;
  /** Judges the class of what this model outlines; told beside it, never in its place. */
  readonly second?: SecondModel | undefined;
}

/** A model that is shown a picture and the first model's outline; it has no contract of its own. */
export type SecondModel = Pick<LoadedModel, 'identity' | 'queue'>;

/** Who is told what models do; nobody's answer hangs on it. */
export interface ModelWatch extends BatchWatch {
  readonly onReplaced?: ((why: WhyReplaced) => void) | undefined;
}

/** Which models, whom to trust, and how they run (`inferenceSettings`). */
export interface ModelSettings {
  readonly INFERENCE_MODELS: string;
  readonly INFERENCE_MODE: 'production' | 'development';
  readonly INFERENCE_MODEL_KEY?: string | undefined;
  readonly INFERENCE_DEVICE: 'cpu' | 'cuda' | 'auto';
  readonly INFERENCE_PROCESSES: number;
  readonly INFERENCE_THREADS: number;
  readonly INFERENCE_BATCH: number;
  readonly INFERENCE_DELAY_MS: number;
  readonly INFERENCE_TIMEOUT_MS: number;
  /** Left out: no cap. */
  readonly INFERENCE_PROCESS_MIB?: number | undefined;
}

const file = {
  folder: z.string().min(1).max(1024),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};
const Wanted = z
  .array(
    z.strictObject({
      ...file,
      second: z.strictObject(file).optional(),
      url: z
        .url({ protocol: /^https?$/ })
        .max(2048)
        .optional(),
    }),
  )
  .max(3);
type Wanted = z.infer<typeof Wanted>[number];
type WantedFile = Pick<Wanted, 'folder' | 'digest'>;

interface Running {
  readonly settings: ModelSettings;
  readonly watch: ModelWatch;
}

/** Pictures that wait in one lane; the crew holds fewer, the rest is for those who ask over the protocol. */
const MOST_WAITING = 1_024;

/** Which models the settings name. @throws SluiceError SERVICE_CONFIG_INVALID */
export function wantedModels(text: string): readonly Wanted[] {
  try {
    return Wanted.parse(JSON.parse(text));
  } catch (cause) {
    throw new SluiceError('SERVICE_CONFIG_INVALID', { detail: 'INFERENCE_MODELS: not valid', cause });
  }
}

/** Reads, checks and starts every model that the settings name. @throws SluiceError INFERENCE_MODEL_*, SERVICE_CONFIG_INVALID */
export async function openModels(settings: ModelSettings, watch: ModelWatch = {}): Promise<LoadedModel[]> {
  const models: LoadedModel[] = [];
  try {
    for (const wanted of wantedModels(settings.INFERENCE_MODELS))
      models.push(await openModel(wanted, settings, watch));
    return models;
  } catch (error) {
    await Promise.all(models.map(({ runner }) => runner.close()));
    throw error;
  }
}

async function openModel(wanted: Wanted, settings: ModelSettings, watch: ModelWatch): Promise<LoadedModel> {
  const folder = await readModelFolder(wanted.folder, trustOf(wanted, settings));
  const contract = contractOf(folder);
  const identity = identityOf(contract.name, wanted, folder);
  const ports = portsOf(contract);
  const runner = wanted.url
    ? await openRemote(wanted.url, { settings, identity, ports })
    : await openLocal(folder, ports, { settings, watch });
  const queue = queueOf(runner, settings, watch);
  const model = { identity, contract, runner, queue, maxBatch: settings.INFERENCE_BATCH };
  if (!wanted.second) return model;
  try {
    const second = await openSecond(wanted.second, contract, { settings, watch });
    return { ...model, runner: together(runner, second.runner), second };
  } catch (error) {
    await runner.close();
    throw error;
  }
}

/** Its file takes what the first model is shown and says, and runs here wherever the first one does. */
async function openSecond(
  wanted: WantedFile,
  { input, classes }: Contract,
  { settings, watch }: Running,
): Promise<SecondModel & { runner: ModelRunner }> {
  const folder = await readModelFolder(wanted.folder, trustOf(wanted, settings));
  const identity = identityOf(basename(dirname(wanted.folder)), wanted, folder);
  const shape = [1, input.letterbox.size, input.letterbox.size];
  const ports = {
    inputs: [
      { name: input.name, shape },
      { name: 'mask', shape },
    ],
    outputs: [{ name: 'probabilities', shape: [classes.length] }],
  };
  const runner = await openLocal(folder, ports, { settings, watch });
  return { identity, runner, queue: queueOf(runner, settings) };
}

/** One door for both: well when both are, closed with both. */
function together(first: ModelRunner, second: ModelRunner): ModelRunner {
  return {
    ...first,
    probe: async () => void (await Promise.all([first.probe(), second.probe()])),
    close: async () => void (await Promise.all([first.close(), second.close()])),
  };
}

function identityOf(name: string, { folder }: WantedFile, { digest }: ModelFolder): LoadedModel['identity'] {
  const identity = { name, version: basename(folder), digest };
  if (ModelIdentity.safeParse(identity).success) return identity;
  throw new SluiceError('INFERENCE_MODEL_UNFIT', {
    detail: 'its folder has no name that a version can have',
  });
}

function queueOf(runner: ModelRunner, settings: ModelSettings, watch?: BatchWatch): BatchQueue {
  const limits = {
    maxBatch: settings.INFERENCE_BATCH,
    maxDelayMs: settings.INFERENCE_DELAY_MS,
    maxWaiting: MOST_WAITING,
    concurrency: settings.INFERENCE_PROCESSES,
  };
  return createBatchQueue(runner, limits, watch);
}

/** In production nothing is loaded that is not pinned and signed. */
function trustOf({ digest }: WantedFile, settings: ModelSettings): { digest?: string; publicKey?: string } {
  const { INFERENCE_MODEL_KEY: publicKey, INFERENCE_MODE: mode } = settings;
  if (mode === 'production' && !publicKey)
    throw new SluiceError('INFERENCE_MODEL_UNSIGNED', { detail: 'no key is given' });
  if (mode === 'production' && !digest)
    throw new SluiceError('INFERENCE_MODEL_DIGEST_WRONG', { detail: 'no digest is given' });
  return { ...(digest && { digest }), ...(publicKey && { publicKey }) };
}

function contractOf({ contract }: ModelFolder): Contract {
  if (contract === undefined)
    throw new SluiceError('INFERENCE_MODEL_MISSING', { detail: 'it has no contract' });
  try {
    return contractSchema.parse(JSON.parse(contract));
  } catch (cause) {
    throw new SluiceError('INFERENCE_MODEL_UNFIT', { detail: 'its contract cannot be read', cause });
  }
}

function portsOf({ input, classes }: Contract): ModelPorts {
  const { size } = input.letterbox;
  return {
    inputs: [{ name: input.name, shape: [1, size, size] }],
    outputs: [
      { name: 'mask', shape: [1, size, size] },
      { name: 'probabilities', shape: [classes.length] },
      { name: 'logits', shape: [classes.length] },
    ],
  };
}

async function openLocal(
  { model }: ModelFolder,
  ports: ModelPorts,
  { settings, watch }: Running,
): Promise<ModelRunner> {
  const runner = await openOnnxRunner({
    model,
    device: settings.INFERENCE_DEVICE,
    processes: settings.INFERENCE_PROCESSES,
    maxBatch: settings.INFERENCE_BATCH,
    threads: settings.INFERENCE_THREADS,
    timeoutMs: settings.INFERENCE_TIMEOUT_MS,
    mostMiB: settings.INFERENCE_PROCESS_MIB,
    onReplaced: (why) => tellAside(watch, () => watch.onReplaced?.(why)),
  });
  if (hasPorts(runner.ports, ports)) return runner;
  await runner.close();
  throw new SluiceError('INFERENCE_MODEL_UNFIT', { detail: 'the file takes or gives something else' });
}

function hasPorts(found: ModelPorts, wanted: ModelPorts): boolean {
  const text = (ports: ModelPorts['inputs']) =>
    ports
      .map(({ name, shape }) => `${name} ${shape.join()}`)
      .sort()
      .join(';');
  return text(found.inputs) === text(wanted.inputs) && text(found.outputs) === text(wanted.outputs);
}

/** A server that is down may come up later; one that runs something else never will. */
async function openRemote(
  url: string,
  model: Pick<LoadedModel, 'identity'> & { ports: ModelPorts; settings: ModelSettings },
): Promise<ModelRunner> {
  const { identity, ports, settings } = model;
  const runner = openV2Runner({ url, ...identity, ports, timeoutMs: settings.INFERENCE_TIMEOUT_MS });
  let checked = false;
  const check = async () => {
    if (!checked) await runner.check();
    checked = true;
  };
  await check().catch((error: unknown) => {
    if (!(error instanceof SluiceError) || error.kind !== 'transient') throw error;
  });
  return {
    ...runner,
    run: async (inputs) => {
      await check();
      return runner.run(inputs);
    },
  };
}
