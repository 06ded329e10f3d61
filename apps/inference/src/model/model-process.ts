import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SluiceError } from '@sluice/contracts';
import type { WirePort } from './onnxruntime-process.types.js';
import { lineTo } from './process-line.js';
import type { ModelPorts } from './runner.js';
import type { Port, Tensor } from './tensor.js';

export interface ProcessOptions {
  /** The ONNX file's bytes, checked before. */
  readonly model: Uint8Array;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
  /** Tried in this order. */
  readonly providers: readonly string[];
  /** For one batch, and for loading. Default 120,000. */
  readonly timeoutMs?: number;
  /** The most memory of its own that the process may hold; it is looked at while it works (Linux tells). Default: as much as there is. */
  readonly mostMiB?: number | undefined;
  /** The code that the process runs. Default: onnxruntime-process beside this file. */
  readonly script?: URL;
}

/** A model in a process of its own. */
export interface ModelProcess {
  readonly pid: number;
  readonly provider: string;
  readonly ports: ModelPorts;
  alive(): boolean;
  /** It was ended for what it took: while it worked, or after it had answered. */
  isTooLarge(): boolean;
  /** One batch at a time. @throws SluiceError INFERENCE_RUNNER_DIED, _TOO_LARGE, INFERENCE_OUTPUT_INVALID */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  end(): Promise<void>;
}

const TIMEOUT_MS = 120_000;
const SCRIPT = new URL(`./onnxruntime-process${extname(import.meta.url)}`, import.meta.url);
/** The permission model keeps the process from writing files and from starting others; the runtime is an add-on. */
const PERMISSIONS = ['--permission', '--allow-addons', '--allow-fs-read=*', '--no-warnings'];

/** Starts the process and loads the model. @throws SluiceError INFERENCE_MODEL_UNSAFE, _DEVICE_MISSING, INFERENCE_RUNNER_DIED, _TOO_LARGE */
export async function openModelProcess(options: ProcessOptions): Promise<ModelProcess> {
  const { model, threads = 1, providers, script = SCRIPT } = options;
  const { timeoutMs = TIMEOUT_MS, mostMiB = Infinity } = options;
  // Its environment is empty: no address, no credential.
  const child = fork(fileURLToPath(script), [], {
    serialization: 'advanced',
    env: {},
    execArgv: PERMISSIONS,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const line = lineTo(child, { timeoutMs, mostMiB });
  const answer = await line.ask({ load: model, threads, providers });
  const loaded = 'loaded' in answer ? answer.loaded : undefined;
  if (!loaded) {
    await line.end();
    if ('lacksDevice' in answer && answer.lacksDevice) throw new SluiceError('INFERENCE_DEVICE_MISSING');
    throw new SluiceError('INFERENCE_MODEL_UNSAFE', { detail: 'the runtime cannot load the file' });
  }
  let turn = 0;
  return {
    pid: child.pid ?? 0,
    provider: loaded.provider,
    ports: { inputs: loaded.inputs.map(portOf), outputs: loaded.outputs.map(portOf) },
    alive: () => line.alive(),
    isTooLarge: () => line.isTooLarge(),
    end: () => line.end(),
    run: async (inputs) => {
      turn += 1;
      const wire = inputs.map(({ name, shape, data }) => ({ name, shape: [...shape], data: packed(data) }));
      const said = await line.ask({ id: turn, inputs: wire });
      if (!('id' in said) || !said.outputs)
        throw new SluiceError('INFERENCE_OUTPUT_INVALID', { detail: 'the runtime refused the batch' });
      return said.outputs;
    },
  };
}

/** As bytes where that loses nothing. */
function packed(data: Float32Array): Float32Array | Uint8Array {
  const bytes = new Uint8Array(data);
  for (let at = 0; at < data.length; at += 1) if (bytes[at] !== data[at]) return data;
  return bytes;
}

/** Without the batch axis. An inner axis that is free has side 0: nothing fits it. */
function portOf({ name, shape }: WirePort): Port {
  return { name, shape: shape.slice(1).map((side) => (typeof side === 'number' && side > 0 ? side : 0)) };
}
