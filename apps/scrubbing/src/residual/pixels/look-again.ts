import { SluiceError } from '@sluice/contracts';
import { findPixelResidue, type PixelLook } from './find-pixel-residue.js';
import { openTee } from './tee.js';

/**
 * An output whose pixels are looked at once more while it passes; without a look, the same output. Ends only when nothing was found.
 * @throws SluiceError SCRUBBING_RESIDUAL for what was found; what findPixelResidue throws
 */
export async function* lookAgain(
  output: AsyncIterable<Buffer>,
  look: PixelLook | undefined,
): AsyncGenerator<Buffer> {
  if (!look) return yield* output;
  const tee = openTee();
  const looking = findPixelResidue(tee.stream, look);
  // Where writing fails nobody asks.
  looking.catch(() => undefined);
  try {
    for await (const chunk of output) {
      await tee.add(chunk);
      yield chunk;
    }
  } finally {
    tee.end();
  }
  const kind = await looking;
  if (!kind) return;
  const detail = `an identifying ${kind} of the original is still there, in the pixels`;
  throw new SluiceError('SCRUBBING_RESIDUAL', { detail });
}
