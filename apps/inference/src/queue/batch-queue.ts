import { isSluiceError, SluiceError } from '@sluice/contracts';
import type { ModelRunner } from '../model/runner.js';
import { joinBatch, splitBatch } from '../model/batch.js';
import type { Tensor } from '../model/tensor.js';

export interface BatchLimits {
  /** Pictures in one batch. */
  readonly maxBatch: number;
  /** How long a routine picture waits for others, ms. */
  readonly maxDelayMs: number;
  /** Pictures that wait, in each lane; the next is refused. */
  readonly maxWaiting: number;
  /** Batches at once: as many as the runner has processes. */
  readonly concurrency: number;
}

/** One batch that ended, for metrics. */
export interface BatchReport {
  readonly size: number;
  readonly urgent: number;
  /** Of the picture that waited longest. */
  readonly waitMs: number;
  readonly computeMs: number;
}

/** Who is told what batches do; nobody's answer hangs on it. */
export interface BatchWatch {
  readonly onBatch?: ((batch: BatchReport) => void) | undefined;
  /** What is to be told threw. */
  readonly onUnreported?: ((error: unknown) => void) | undefined;
}

export interface PictureOptions {
  /** Goes before all that is not. */
  readonly urgent?: boolean;
  /** In a batch of its own: it was in hand when a process died. */
  readonly alone?: boolean;
}

/** Gathers pictures into batches for one model. */
export interface BatchQueue {
  /** One picture (every input with a first axis of 1) -> its outputs. @throws SluiceError INFERENCE_BUSY, and what the runner throws */
  submit(inputs: readonly Tensor[], options?: PictureOptions): Promise<readonly Tensor[]>;
  /** Pictures that wait, by lane. */
  waiting(): { readonly urgent: number; readonly routine: number };
}

interface Entry extends PictureOptions {
  readonly inputs: readonly Tensor[];
  readonly since: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Dynamic batching: full batches at once, others after `maxDelayMs`, urgent pictures at the next batch whatever waits. */
export function createBatchQueue(
  runner: Pick<ModelRunner, 'run'>,
  limits: BatchLimits,
  watch: BatchWatch = {},
): BatchQueue {
  const lanes: Lanes = { urgent: [], routine: [] };
  let running = 0;
  let timer: NodeJS.Timeout | undefined;

  function pump(): void {
    clearTimeout(timer);
    for (let dueMs = dueIn(lanes, limits); running < limits.concurrency; dueMs = dueIn(lanes, limits)) {
      if (dueMs === undefined) return;
      if (dueMs > 0) return void (timer = setTimeout(pump, dueMs));
      running += 1;
      const batch = takeBatch(lanes, limits.maxBatch);
      void runBatch(runner, batch, watch)
        .finally(() => {
          running -= 1;
          pump();
        })
        // The next batch is on its way before anyone reads the answers of this one: reading them takes this thread.
        .then((answers) => setImmediate(tellInTurn, answers))
        .catch((error: unknown) => setImmediate(tellInTurn, refusals(batch, error)));
    }
  }

  return {
    submit: (inputs, options = {}) => {
      const lane = options.urgent ? lanes.urgent : lanes.routine;
      if (lane.length >= limits.maxWaiting) return Promise.reject(new SluiceError('INFERENCE_BUSY'));
      const { promise, resolve, reject } = Promise.withResolvers<readonly Tensor[]>();
      lane.push({ ...options, inputs, since: performance.now(), resolve, reject });
      pump();
      return promise;
    },
    waiting: () => ({ urgent: lanes.urgent.length, routine: lanes.routine.length }),
  };
}

interface Lanes {
  readonly urgent: Entry[];
  readonly routine: Entry[];
}

/** How long the next batch may still wait for more, ms; undefined when nothing waits. */
function dueIn({ urgent, routine }: Lanes, { maxBatch, maxDelayMs }: BatchLimits): number | undefined {
  if (urgent.length > 0 || routine.length >= maxBatch) return 0;
  const [oldest] = routine;
  if (!oldest) return undefined;
  return oldest.alone ? 0 : Math.max(0, oldest.since + maxDelayMs - performance.now());
}

async function runBatch(
  runner: Pick<ModelRunner, 'run'>,
  batch: readonly Entry[],
  watch: BatchWatch,
): Promise<Answer[]> {
  const started = performance.now();
  const answers = await answerBatch(runner, batch);
  const size = batch.length;
  const urgent = batch.filter((entry) => entry.urgent).length;
  const waitMs = started - Math.min(...batch.map(({ since }) => since));
  const computeMs = performance.now() - started;
  tellAside(watch, () => watch.onBatch?.({ size, urgent, waitMs, computeMs }));
  return answers;
}

/** Tells what was done; what that throws hinders nobody. */
export function tellAside({ onUnreported }: Pick<BatchWatch, 'onUnreported'>, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    onUnreported?.(error);
  }
}

/** Tells one of those who wait what came of it. */
type Answer = () => void;

/** One in each turn of the event loop, so that what is being sent goes on between them. */
function tellInTurn([first, ...rest]: readonly Answer[]): void {
  first?.();
  if (rest.length > 0) setImmediate(tellInTurn, rest);
}

/** Urgent ones first; one that must be alone takes the whole batch. */
function takeBatch(lanes: Lanes, maxBatch: number): Entry[] {
  const batch: Entry[] = [];
  for (const lane of [lanes.urgent, lanes.routine]) {
    while (batch.length < maxBatch && lane[0] && (!lane[0].alone || batch.length === 0)) {
      const entry = lane.shift()!;
      batch.push(entry);
      if (entry.alone) return batch;
    }
  }
  return batch;
}

const refusals = (batch: readonly Entry[], error: unknown): Answer[] =>
  batch.map((entry) => () => entry.reject(error));

/** A batch that the model answers with rubbish is run again picture by picture: only the one at fault has no answer. */
async function answerBatch(runner: Pick<ModelRunner, 'run'>, batch: readonly Entry[]): Promise<Answer[]> {
  try {
    const outputs = await runner.run(joinBatch(batch.map(({ inputs }) => inputs)));
    return splitBatch(outputs, batch.length).map((answer, at) => () => batch[at]?.resolve(answer));
  } catch (error) {
    const isOneAtFault =
      batch.length > 1 && isSluiceError(error) && error.code === 'INFERENCE_OUTPUT_INVALID';
    if (!isOneAtFault) return refusals(batch, error);
    const answers: Answer[] = [];
    for (const entry of batch) answers.push(...(await answerBatch(runner, [entry])));
    return answers;
  }
}
