import { syntaxOf } from '../../data-set/encoding.js';
import { Tokenizer } from '../../data-set/tokenizer.js';
import { limitsOf, type DicomLimits } from '../../limits.js';
import { inflate } from '../../part10/inflate.js';
import { splitPart10 } from '../../part10/split-part10.js';
import type { EncodedFrame } from './frame.types.js';
import { PixelWalker } from './pixel-walker.js';

/** Bytes read before the frames in them are handed on: no more than these and one frame are held. */
const TURN_BYTES = 256 * 1024;

/**
 * The frames of a Part 10 file (or what splitPart10 takes for one), one at a time; none where it holds no pixels. Only a normal end
 * means that the whole was read. Throws DICOM_PIXELS_MALFORMED, DICOM_PIXELS_UNSUPPORTED, and what rewritePart10 throws.
 */
export async function* readFrames(
  source: AsyncIterable<Uint8Array>,
  limits: Partial<DicomLimits> = {},
): AsyncGenerator<EncodedFrame> {
  const bounds = limitsOf(limits);
  const { meta, dataSet } = await splitPart10(source, bounds);
  try {
    const { transferSyntaxUID } = meta;
    const syntax = syntaxOf(transferSyntaxUID);
    const walker = new PixelWalker({ transferSyntaxUID, syntax, limits: bounds });
    const tokenizer = new Tokenizer(syntax, walker, bounds);
    for await (const chunk of syntax.deflated ? inflate(dataSet, bounds) : dataSet) {
      for (let at = 0; at < chunk.length; at += TURN_BYTES) {
        tokenizer.push(chunk.subarray(at, at + TURN_BYTES));
        yield* framesOf(walker);
      }
    }
    tokenizer.end();
    yield* framesOf(walker);
  } finally {
    await dataSet.return();
  }
}

function* framesOf(walker: PixelWalker): Generator<EncodedFrame> {
  for (const event of walker.take()) if (event.kind === 'frame') yield event.frame;
}
