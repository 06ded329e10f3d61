import { SluiceError } from '@sluice/contracts';
import { findResidue } from './find-residue.js';
import type { Identity } from './identity/identity.types.js';
import type { SecondEngine } from './second-engine.js';

/** Who looks, as a release note names them; `pixels`: at those, too. */
export function enginesOf(second: SecondEngine | undefined, pixels: boolean): readonly string[] {
  return ['bytes', ...(second ? ['dcmjs'] : []), ...(pixels ? ['ocr'] : [])];
}

/**
 * Looks twice for what an original said about who it is of: at the bytes as they are (find-residue.ts), then by another engine that reads
 * them (second-engine.ts). `header` is an output without its pixels.
 * @throws SluiceError SCRUBBING_RESIDUAL for whatever is found, and for what cannot be looked through
 */
export async function refuseResidue(
  header: Buffer,
  identity: Identity,
  second?: SecondEngine,
): Promise<void> {
  if (!identity.complete) throw residual('the original says more than can be looked for');
  const kind = await findResidue(header, identity);
  if (kind) throw residual(`an identifying ${kind} of the original is still there`);
  const bytes = new Uint8Array(header.length);
  bytes.set(header);
  const residue = await second?.look(bytes.buffer, identity);
  if (residue)
    throw residual(`an identifying ${residue.kind} of the original is still there, at ${residue.at}`);
}

function residual(detail: string): SluiceError {
  return new SluiceError('SCRUBBING_RESIDUAL', { detail });
}
