import type { ModelIdentity } from './dicom/result-request.js';

/** What a second model makes of what the first one outlined in a frame. */
export interface SecondOpinion {
  readonly model: ModelIdentity;
  /** By class, as the first model's; undefined where it gave no numbers. */
  readonly probabilities: readonly number[] | undefined;
}

/** Whether both hold the same class for the most probable one. */
export type Agreement = 'agrees' | 'disagrees' | 'missing';

/** Undefined where nobody was asked. */
export function agreementOf(frame: {
  readonly probabilities: readonly number[] | undefined;
  readonly second?: SecondOpinion | undefined;
}): Agreement | undefined {
  const { probabilities, second } = frame;
  if (!probabilities || !second) return undefined;
  if (!second.probabilities) return 'missing';
  return leading(probabilities) === leading(second.probabilities) ? 'agrees' : 'disagrees';
}

const leading = (probabilities: readonly number[]): number =>
  probabilities.indexOf(Math.max(...probabilities));
