import { SluiceError } from '@sluice/contracts';
import { findPixelResidue, type PixelLook } from './find-pixel-residue.js';
import { openTee } from './tee.js';

/** A second look at the pixels of an output while it is written; without one, nothing is done. */
export interface LookAgain {
  /** To be called with each chunk; waits until it was looked at. */
  add(chunk: Uint8Array): Promise<void>;
  /**
   * All was written.
   * @throws SluiceError SCRUBBING_RESIDUAL for what was found; what findPixelResidue throws
   */
  refuse(): Promise<void>;
  /** Nothing more comes, whatever became of the rest. */
  leave(): void;
}

const NO_LOOK: LookAgain = {
  add: () => Promise.resolve(),
  refuse: () => Promise.resolve(),
  leave: () => undefined,
};

/** Begins one, where the first look read the pixels. */
export function lookAgain(look: PixelLook | undefined): LookAgain {
  if (!look) return NO_LOOK;
  const tee = openTee();
  const looking = findPixelResidue(tee.stream, look);
  // Where writing fails nobody asks.
  looking.catch(() => undefined);
  return {
    add: (chunk) => tee.add(chunk),
    async refuse() {
      tee.end();
      const kind = await looking;
      if (!kind) return;
      const detail = `an identifying ${kind} of the original is still there, in the pixels`;
      throw new SluiceError('SCRUBBING_RESIDUAL', { detail });
    },
    leave: () => tee.end(),
  };
}
