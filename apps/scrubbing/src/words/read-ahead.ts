import { isSluiceError } from '@sluice/contracts';
import { type DicomLimits, type ElementAction, type ElementView, rewritePart10 } from '@sluice/dicom';
import { type Evidence, noEvidence, noteEvidence } from '../pixels/evidence.js';
import { gatherPrinted, type Printed } from '../pixels/judge/printed.js';
import { gatherSeeds, NO_SEEDS, type Seeds } from './seeds.js';

const KEEP: ElementAction = { do: 'keep' };
const REMOVE: ElementAction = { do: 'remove' };
/** A header is no longer (DicomLimits); what is more is bulk before the pixels. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;
const PIXELS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

/** An object whose header was read once: who it is of, and the same object to be read again. */
export interface ReadAhead {
  readonly seeds: Seeds;
  /** What it says about its pixels, and who may be written on them: of a header that is too long to hold, what came first. */
  readonly evidence: Evidence;
  readonly printed: Printed;
  readonly source: AsyncIterable<Uint8Array>;
}

/**
 * Reads the header for the names in it, which stand behind the descriptions that must not hold them, and for what it says about its
 * pixels; gives back the whole object.
 * What is wrong with the object or its source is found again, and told, by whoever reads `source`. Holds at most the header (see
 * DicomLimits) and the chunk in which the pixels begin; where more comes before them, no name counts as known and no text is kept.
 */
export async function readAhead(
  object: AsyncIterable<Uint8Array>,
  limits?: Partial<DicomLimits>,
): Promise<ReadAhead> {
  const tap = tapOn(object);
  const seeds = gatherSeeds();
  const evidence = noEvidence();
  const printed = gatherPrinted();
  const plan = {
    decide(element: ElementView): ElementAction {
      noteEvidence(evidence, element);
      if (PIXELS.has(element.tag) && element.path.length === 0) {
        tap.stop();
        return KEEP;
      }
      seeds.note(element);
      printed.note(element);
      return element.vr === 'SQ' ? KEEP : REMOVE;
    },
  };
  try {
    // Something comes out as soon as pixels do: then the header is read.
    for await (const _ of rewritePart10(tap.first(), plan, limits)) if (tap.stopped()) break;
  } catch (error) {
    if (!isSluiceError(error)) throw error;
  }
  const known = tap.full() && !tap.stopped() ? NO_SEEDS : seeds;
  return { seeds: known, evidence, printed, source: tap.again() };
}

/** A source that can be read twice: from its beginning up to `stop`, and then from its beginning to its end. */
function tapOn(object: AsyncIterable<Uint8Array>) {
  const input = object[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let stopped = false;
  let failure: { readonly error: unknown } | undefined;

  const full = () => heldBytes > MOST_HELD_BYTES;

  async function* first(): AsyncGenerator<Uint8Array> {
    while (!stopped && !full()) {
      const next = await input.next().catch((error: unknown) => void (failure = { error }));
      if (!next || next.done) return;
      held.push(next.value);
      heldBytes += next.value.length;
      yield next.value;
    }
  }

  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = held.shift(); chunk; chunk = held.shift()) yield chunk;
      if (failure) throw failure.error;
      for (let next = await input.next(); !next.done; next = await input.next()) yield next.value;
    } finally {
      await input.return?.();
    }
  }

  return { first, again, full, stop: () => void (stopped = true), stopped: () => stopped };
}
