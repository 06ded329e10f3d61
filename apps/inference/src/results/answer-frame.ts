import type { Contract } from '../input/contract.js';
import type { Grey } from '../input/grey/display-grey.js';
import { letterboxBack } from '../input/place/letterbox.js';
import type { ModelFrame, Unshown } from '../input/read-input.js';
import type { Spacing } from '../input/spacing.js';
import type { SecondOpinion } from './second-opinion.js';
import { lesionsOf, type Lesion } from './lesions/lesions.js';

/** What a model said of one frame: the mask (its square, row by row) and numbers by class; all finite, of the contract's lengths. */
export interface ModelOutput {
  readonly mask: Float32Array;
  readonly probabilities: ArrayLike<number>;
  readonly logits: ArrayLike<number>;
}

/** What is known of one frame. */
export interface FrameAnswer {
  /** From 0. */
  readonly index: number;
  readonly grey: Grey;
  readonly spacing: Spacing;
  readonly lesions: readonly Lesion[];
  /** By class, calibrated; undefined for a frame that no model saw. */
  readonly probabilities: readonly number[] | undefined;
  /** Of what was outlined, where there is a second model. */
  readonly second?: SecondOpinion | undefined;
  /** Why no model saw it. */
  readonly unshown?: Unshown | undefined;
}

/** A frame and the model's output for it (none for one that was not shown) become lesions and class probabilities. */
export function answerFrame(
  frame: ModelFrame,
  output: ModelOutput | undefined,
  contract: Contract,
): FrameAnswer {
  const { index, grey, spacing, placement } = frame;
  if (!output)
    return { index, grey, spacing, lesions: [], probabilities: undefined, unshown: frame.unshown ?? 'blank' };
  const map = { ...grey, data: letterboxBack(output.mask, placement) };
  const lesions = lesionsOf(map, contract, spacing);
  return { index, grey, spacing, lesions, probabilities: calibrated(output, contract) };
}

/** The graph's own where it applies the temperature itself (in 32 bits a sum may end a little above one), else softmax(logits / temperature) (Guo et al., ICML 2017). */
function calibrated({ probabilities, logits }: ModelOutput, { temperature }: Contract): readonly number[] {
  if (temperature.appliedInGraph) return Array.from(probabilities, (one) => Math.min(1, one));
  const scaled = Array.from(logits, (logit) => logit / temperature.value);
  const most = Math.max(...scaled);
  const powers = scaled.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
