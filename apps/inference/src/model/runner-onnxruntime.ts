import { isSluiceError, SluiceError } from '@sluice/contracts';
import { openModelProcess, type ModelProcess, type ProcessOptions } from './model-process.js';
import { checkOutputs, type ModelPorts, type ModelRunner } from './runner.js';
import { sizeOf, type Tensor } from './tensor.js';

export interface OnnxRunnerOptions extends Omit<ProcessOptions, 'providers'> {
  /** How many processes run the model at once, each a batch. Default 1. */
  readonly processes?: number;
  /** Pictures in the largest batch that will be asked for: a process is not started before it has run one. Default 1. */
  readonly maxBatch?: number;
  /** `auto`: CUDA where the runtime has it, else the CPU. Default `cpu`. */
  readonly device?: 'auto' | 'cpu' | 'cuda';
  /** Told when another process has taken the place of one that ended; it must not throw. */
  readonly onReplaced?: ((why: WhyReplaced) => void) | undefined;
}

/** `too-large`: it held more memory than it may; `died`: it was late, or ended by itself or by somebody. */
export type WhyReplaced = 'too-large' | 'died';

/** A runner, and where it computes. */
export interface OnnxRunner extends ModelRunner {
  readonly provider: string;
  /** Batches that wait for a process or are in one. */
  readonly pids: () => readonly number[];
}

const PROVIDERS = { auto: ['cuda', 'cpu'], cpu: ['cpu'], cuda: ['cuda'] } as const;

/**
 * Runs a model's bytes by onnxruntime in processes of their own, started and warm when this resolves. A process that dies or takes
 * too long is replaced; what it had in hand is not tried again here.
 * @throws SluiceError INFERENCE_MODEL_UNSAFE when the runtime cannot load it, INFERENCE_CAP_TOO_LOW when a fresh process takes more than it may,
 * INFERENCE_START_FAILED when it dies or is late before it has run one full batch
 */
export async function openOnnxRunner(options: OnnxRunnerOptions): Promise<OnnxRunner> {
  const { processes = 1, device = 'cpu' } = options;
  const open = () => openWarm({ ...options, providers: PROVIDERS[device] });
  const crew = await startAll({ open, onReplaced: options.onReplaced }, processes);
  const { ports, provider } = crew[0]!.process;
  return {
    ports,
    provider,
    pids: () => crew.map(({ process }) => process.pid),
    run: (inputs) => runOn(crew, ports, inputs),
    probe: async () => {
      if (crew.every(({ process }) => !process.alive()))
        throw new SluiceError('INFERENCE_RUNNER_DIED', { detail: 'no process runs' });
    },
    close: async () => void (await Promise.all(crew.map(({ process }) => process.end()))),
  };
}

/** With a cap that the model and one full batch pass, or a batch that no process outlives, every job would be a death: that is no job's fault, and found out here. */
async function openWarm(options: OnnxRunnerOptions & ProcessOptions): Promise<ModelProcess> {
  const process = await openModelProcess(options);
  await warm(process, options.maxBatch ?? 1);
  if (process.alive()) return process;
  await process.end();
  if (process.isTooLarge()) throw new SluiceError('INFERENCE_RUNNER_TOO_LARGE');
  throw new SluiceError('INFERENCE_RUNNER_DIED', { detail: 'no process outlives a full batch' });
}

/** The first batches of a size are the slowest, and take the memory that later ones use again: they are spent on zeros. */
async function warm(process: ModelProcess, maxBatch: number): Promise<void> {
  for (const count of new Set([1, maxBatch])) {
    const zeros = process.ports.inputs.map(({ name, shape }) => ({
      name,
      shape: [count, ...shape],
      data: new Float32Array(count * sizeOf(shape)),
    }));
    // A model that answers nothing to zeros shows it at its first batch too; whether the process outlived it is asked afterwards.
    await process.run(zeros).catch(() => undefined);
  }
}

/** How a place in the crew is filled, and who hears of it. */
interface Filling extends Pick<OnnxRunnerOptions, 'onReplaced'> {
  readonly open: () => Promise<ModelProcess>;
}

interface Member extends Filling {
  process: ModelProcess;
  /** Ends when the process has nothing in hand. */
  last: Promise<unknown>;
  waiting: number;
}

async function startAll(filling: Filling, count: number): Promise<Member[]> {
  const started = await Promise.allSettled(Array.from({ length: count }, filling.open));
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) await Promise.all(running.map((process) => process.end()));
  if (failed) throw neverRan(failed.reason);
  return running.map((process) => ({ ...filling, process, last: Promise.resolve(), waiting: 0 }));
}

/** Nothing ran before, so waiting helps nobody: the settings, or the machine, are to be changed. */
function neverRan(cause: unknown): unknown {
  if (!isSluiceError(cause)) return cause;
  if (cause.code === 'INFERENCE_RUNNER_TOO_LARGE') return new SluiceError('INFERENCE_CAP_TOO_LOW', { cause });
  if (cause.code === 'INFERENCE_RUNNER_DIED') return new SluiceError('INFERENCE_START_FAILED', { cause });
  return cause;
}

/** The process with the shortest line takes it. */
async function runOn(
  crew: readonly Member[],
  ports: ModelPorts,
  inputs: readonly Tensor[],
): Promise<readonly Tensor[]> {
  const member = crew.reduce((best, next) => (next.waiting < best.waiting ? next : best));
  member.waiting += 1;
  const turn = member.last.then(() => runAlone(member, inputs));
  member.last = turn.catch(() => undefined);
  try {
    const outputs = await turn;
    return checkOutputs(outputs, { ports, count: inputs[0]?.shape[0] ?? 0 }, 'INFERENCE_OUTPUT_INVALID');
  } finally {
    member.waiting -= 1;
  }
}

async function runAlone(member: Member, inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
  if (!member.process.alive()) await replace(member);
  return member.process.run(inputs);
}

async function replace(member: Member): Promise<void> {
  const ended = member.process;
  member.process = await member.open().catch(startFailed);
  member.onReplaced?.(ended.isTooLarge() ? 'too-large' : 'died');
}

/** No batch was in hand, so none is to blame; nor is the cap, under which another process started before. */
function startFailed(cause: unknown): never {
  if (isSluiceError(cause) && cause.kind === 'fatal') throw cause;
  throw new SluiceError('INFERENCE_RUNNER_UNAVAILABLE', { cause });
}
