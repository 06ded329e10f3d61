import {
  type Codecs,
  decodeFrame,
  type DicomLimits,
  hasUnusedBits,
  isBareFrame,
  readFrames,
  type Rectangle,
} from '@sluice/dicom';
import { maskFacts, tidy } from '../masks.js';
import type { LookRequest, PixelFindings } from './look-at-pixels.js';

/** A person has looked at the pixels of an object and released it, with these rectangles blacked out in every frame. */
export interface DecidedByPerson {
  readonly pixelsSeen: true;
  readonly rectangles: readonly Rectangle[];
}

/** One object that a person has looked at; `always`: what the profile blanks whatever is read there. */
export interface PersonLook extends Pick<LookRequest, 'always'> {
  readonly decision: DecidedByPerson;
  readonly codecs: Codecs;
  readonly limits?: Partial<DicomLimits> | undefined;
}

/**
 * What follows from a person's look, in place of one of ours: nothing is read, every frame is masked alike. Segments between frames and
 * bits that hold no value are what no picture shows, so they are looked for here. Throws DICOM_* for frames that are no frames.
 */
export async function personLooked(
  source: AsyncIterable<Uint8Array>,
  { decision, always, codecs, limits }: PersonLook,
): Promise<PixelFindings> {
  let masks: readonly Rectangle[] | undefined;
  const frames: (readonly Rectangle[])[] = [];
  let rewrite = false;
  let clearUnusedBits = false;
  for await (const frame of readFrames(source, limits)) {
    masks ??= tidy([...always(frame.description), ...decision.rectangles], frame.description);
    frames.push(masks);
    rewrite ||= masks.length > 0 || !isBareFrame(frame);
    const { bitsStored, bitsAllocated } = frame.description;
    if (bitsStored < bitsAllocated) {
      const raster = await decodeFrame(frame, codecs);
      clearUnusedBits ||= hasUnusedBits(raster.bytes, raster);
    }
  }
  return {
    ...{ rewrite: rewrite || clearUnusedBits, clearUnusedBits, looked: true, masks: maskFacts(frames) },
    rectangles: () => masks ?? [],
  };
}
