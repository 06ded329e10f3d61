import type { Rectangle } from '@sluice/dicom';
import { boxesToMask } from '@sluice/scrubbing/pixels/judge/judge-words';
import { gatherPrinted } from '@sluice/scrubbing/pixels/judge/printed';
import { readPicture } from '@sluice/scrubbing/pixels/look/read-picture';
import { openTextFinders } from '@sluice/scrubbing/pixels/ocr/text-finders';
import { boxSideways, SIDEWAYS, turnedUpright } from '@sluice/scrubbing/pixels/ocr/turns';
import { gatherSeeds } from '@sluice/scrubbing/words/seeds';
import { afterAll, describe, expect, it } from 'vitest';
import { plantedFrame } from './planted-frame.js';

const finders = openTextFinders(1);
afterAll(() => finders.close());
const nobody = { seeds: gatherSeeds(), printed: gatherPrinted() };

/** Share of the points that lie in a mask. */
function shareMasked(points: readonly { x: number; y: number }[], masks: readonly Rectangle[]): number {
  const hidden = points.filter(({ x, y }) =>
    masks.some((mask) => x >= mask.x && x < mask.x + mask.width && y >= mask.y && y < mask.y + mask.height),
  );
  return hidden.length / points.length;
}

describe('names, numbers and dates of nobody known that run up or down', () => {
  it.each(SIDEWAYS)(
    'are hidden: %s',
    async (runs) => {
      const { picture, planted } = await plantedFrame(22, 24);
      const other = runs === 'up' ? 'down' : 'up';
      // Turned the other way, what stood upright runs this way.
      const turned = turnedUpright(picture, other);
      const words = await readPicture(turned, nobody, { finders, chinese: false });
      const masks = boxesToMask(words, nobody);
      const middles = planted.map(({ box }) => {
        const { x, y, width, height } = boxSideways(box, runs, turned);
        return { x: x + width / 2, y: y + height / 2 };
      });
      expect(shareMasked(middles, masks)).toBeGreaterThanOrEqual(0.95);
    },
    120_000,
  );
});
