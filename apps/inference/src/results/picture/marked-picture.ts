import type { FrameAnswer } from '../answer-frame.js';
import { canvasOf, drawOutline, drawText, textBlock, type Canvas, type Colour } from './canvas.js';

const OUTLINE: Colour = [255, 220, 0];
const WORDS: Colour = [255, 255, 255];

/** Burnt into every picture that leaves as a DICOM image. */
export const MARK = 'AI, not for primary diagnosis. Research use, not a medical device.';

/** A frame with its lesions' outlines over a strip with the mark: nothing of the frame is covered. */
export function markedFrame({ grey, lesions }: FrameAnswer): Canvas {
  const found = lesions.length === 0 ? 'No outline found.' : `Outlines: ${lesions.length}.`;
  const block = textBlock(`${MARK} ${found}`, grey.width);
  const canvas = canvasOf(grey, block.height);
  for (const { part } of lesions) drawOutline(canvas, part, OUTLINE);
  drawText(canvas, { block, at: { x: 2, y: grey.height + 2 }, colour: WORDS });
  return canvas;
}

/** The same without the strip. */
export function withoutMark({ width, data }: Canvas, { grey: { height } }: FrameAnswer): Canvas {
  return { width, height, data: data.subarray(0, 3 * width * height) };
}
