import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SluiceError } from '@sluice/contracts';
import type { FromProcess, ToProcess, WirePort } from './onnxruntime-process.types.js';
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
  /** The code that the process runs. Default: onnxruntime-process beside this file. */
  readonly script?: URL;
}

/** A model in a process of its own. */
export interface ModelProcess {
  readonly pid: number;
  readonly provider: string;
  readonly ports: ModelPorts;
  alive(): boolean;
  /** One batch at a time. @throws SluiceError INFERENCE_RUNNER_DIED, INFERENCE_OUTPUT_INVALID */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  end(): Promise<void>;
}

const TIMEOUT_MS = 120_000;
const SCRIPT = new URL(`./onnxruntime-process${extname(import.meta.url)}`, import.meta.url);
/** The permission model keeps the process from writing files and from starting others; the runtime is an add-on. */
const PERMISSIONS = ['--permission', '--allow-addons', '--allow-fs-read=*', '--no-warnings'];

/** Starts the process and loads the model. @throws SluiceError INFERENCE_MODEL_UNSAFE, INFERENCE_RUNNER_DIED */
export async function openModelProcess(options: ProcessOptions): Promise<ModelProcess> {
  const { model, threads = 1, providers, timeoutMs = TIMEOUT_MS, script = SCRIPT } = options;
  // Its environment is empty: no address, no credential.
  const child = fork(fileURLToPath(script), [], {
    serialization: 'advanced',
    env: {},
    execArgv: PERMISSIONS,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const line = lineTo(child, timeoutMs);
  const answer = await line.ask({ load: model, threads, providers });
  const loaded = 'loaded' in answer ? answer.loaded : undefined;
  if (!loaded) {
    await line.end();
    throw new SluiceError('INFERENCE_MODEL_UNSAFE', { detail: 'the runtime cannot load the file' });
  }
  let turn = 0;
  return {
    pid: child.pid ?? 0,
    provider: loaded.provider,
    ports: { inputs: loaded.inputs.map(portOf), outputs: loaded.outputs.map(portOf) },
    alive: () => line.alive(),
    end: () => line.end(),
    run: async (inputs) => {
      turn += 1;
      const wire = inputs.map(({ name, shape, data }) => ({ name, shape: [...shape], data }));
      const said = await line.ask({ id: turn, inputs: wire });
      if (!('id' in said) || !said.outputs)
        throw new SluiceError('INFERENCE_OUTPUT_INVALID', { detail: 'the runtime refused the batch' });
      return said.outputs;
    },
  };
}

/** Without the batch axis. An inner axis that is free has side 0: nothing fits it. */
function portOf({ name, shape }: WirePort): Port {
  return { name, shape: shape.slice(1).map((side) => (typeof side === 'number' && side > 0 ? side : 0)) };
}

interface Line {
  alive(): boolean;
  /** One question at a time. A process that is late is ended. @throws SluiceError INFERENCE_RUNNER_DIED */
  ask(message: ToProcess): Promise<FromProcess>;
  end(): Promise<void>;
}

interface Life {
  /** False as soon as it is told to end: no batch is given to a process that is about to. */
  alive: boolean;
  gone: boolean;
  /** Rejects when it is gone. */
  readonly died: Promise<never>;
}

function lifeOf(child: ChildProcess): Life {
  const { promise: died, reject } = Promise.withResolvers<never>();
  died.catch(() => undefined);
  const life: Life = { alive: true, gone: false, died };
  const end = (cause?: unknown) => {
    [life.alive, life.gone] = [false, true];
    reject(new SluiceError('INFERENCE_RUNNER_DIED', { detail: 'the process ended', cause }));
  };
  child.once('exit', end);
  child.on('error', end);
  return life;
}

function lineTo(child: ChildProcess, timeoutMs: number): Line {
  const life = lifeOf(child);
  // Who waits for an answer keeps this process alive; an idle child does not.
  child.unref();
  child.channel?.unref();
  return {
    alive: () => life.alive,
    ask: async (message) => {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        life.alive = false;
        child.kill('SIGKILL');
        late.reject(new SluiceError('INFERENCE_RUNNER_DIED', { detail: 'the process took too long' }));
      }, timeoutMs);
      const answer = once(child, 'message').then(([said]) => said as FromProcess);
      answer.catch(() => undefined);
      try {
        if (life.alive) child.send(message, () => undefined);
        return await Promise.race([answer, life.died, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    end: async () => {
      if (life.gone) return;
      life.alive = false;
      child.ref();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
