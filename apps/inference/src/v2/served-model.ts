import { SluiceError } from '@sluice/contracts';
import { joinBatch, splitBatch } from '../model/batch.js';
import { hasShape, type ModelPorts, type ModelRunner } from '../model/runner.js';
import { sizeOf, type Tensor } from '../model/tensor.js';
import type { BatchQueue } from '../queue/batch-queue.js';
import { MOST_JSON_BYTES } from './v2-message.js';

/** A model that others may ask over the Open Inference Protocol. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  /** SHA-256 (hex) of the file. */
  readonly digest: string;
  readonly runner: Pick<ModelRunner, 'ports' | 'probe'>;
  readonly queue: Pick<BatchQueue, 'submit'>;
  /** Pictures in one request. */
  readonly maxBatch: number;
}

const FLOAT_BYTES = 4;

/** The longest request that a model can have sense of, in bytes. */
export function mostRequestBytes({ runner, maxBatch }: Pick<ServedModel, 'runner' | 'maxBatch'>): number {
  const floats = runner.ports.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return MOST_JSON_BYTES + maxBatch * floats * FLOAT_BYTES;
}

/** Answers a request's batch through the model's queue, so that batches of several askers go together. @throws SluiceError INFERENCE_* */
export async function inferServed(model: ServedModel, inputs: readonly Tensor[]): Promise<Tensor[]> {
  const count = inputs[0]?.shape[0] ?? 0;
  const ordered = ordersOf(model.runner.ports, inputs, count);
  if (count > model.maxBatch)
    throw new SluiceError('INFERENCE_REQUEST_INVALID', { detail: 'too many pictures' });
  const answers = await Promise.all(splitBatch(ordered, count).map((picture) => model.queue.submit(picture)));
  return joinBatch(answers);
}

function ordersOf(ports: ModelPorts, inputs: readonly Tensor[], count: number): Tensor[] {
  if (inputs.length !== ports.inputs.length) throw unfit();
  return ports.inputs.map(({ name, shape }) => {
    const input = inputs.find((tensor) => tensor.name === name);
    if (!input || !hasShape(input, [count, ...shape])) throw unfit();
    if (!input.data.every(Number.isFinite)) throw unfit();
    return input;
  });
}

function unfit(): SluiceError {
  return new SluiceError('INFERENCE_REQUEST_INVALID', { detail: 'inputs are not those of the model' });
}

/** What the protocol calls a model's metadata; the digest is ours. */
export function metadataOf({ name, version, digest, runner }: ServedModel): object {
  const described = (ports: ModelPorts['inputs']) =>
    ports.map((port) => ({ name: port.name, datatype: 'FP32', shape: [-1, ...port.shape] }));
  return {
    name,
    versions: [version],
    platform: 'onnxruntime_onnx',
    inputs: described(runner.ports.inputs),
    outputs: described(runner.ports.outputs),
    parameters: { digest },
  };
}
