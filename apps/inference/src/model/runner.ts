import { SluiceError } from '@sluice/contracts';
import { type Port, sizeOf, type Tensor } from './tensor.js';

/** What a runner takes and gives. Every port is 32-bit float with a free batch axis. */
export interface ModelPorts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** Runs one model, here or elsewhere. */
export interface ModelRunner {
  readonly ports: ModelPorts;
  /**
   * One batch: every input with the same first axis; the outputs in the order of `ports.outputs`, checked by `checkOutputs`.
   * @throws SluiceError INFERENCE_RUNNER_DIED, _UNAVAILABLE, INFERENCE_SERVER_*, INFERENCE_OUTPUT_INVALID
   */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** @throws when the model would not run now */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The outputs of a batch of `count`, in the order of the ports. What a model says is not believed: names, shapes, and every
 * number must be one. @throws SluiceError `code` for names and shapes, INFERENCE_OUTPUT_INVALID for numbers
 */
export function checkOutputs(
  outputs: readonly Tensor[],
  { ports, count }: { ports: ModelPorts; count: number },
  code: 'INFERENCE_OUTPUT_INVALID' | 'INFERENCE_SERVER_RUBBISH',
): readonly Tensor[] {
  return ports.outputs.map((port) => {
    const output = outputs.find(({ name }) => name === port.name);
    if (!output || !hasShape(output, [count, ...port.shape]))
      throw new SluiceError(code, { detail: 'an output is missing or has another shape' });
    if (!areNumbers(output))
      throw new SluiceError('INFERENCE_OUTPUT_INVALID', { detail: 'an output is not a number' });
    return output;
  });
}

function areNumbers({ data }: Tensor): boolean {
  for (let at = 0; at < data.length; at += 1) if (!Number.isFinite(data[at])) return false;
  return true;
}

/** True for a tensor of exactly this shape. */
export function hasShape({ shape, data }: Tensor, wanted: readonly number[]): boolean {
  return (
    shape.length === wanted.length &&
    shape.every((side, at) => side === wanted[at]) &&
    data.length === sizeOf(wanted)
  );
}
