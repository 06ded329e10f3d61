import { createCodecs } from '@sluice/dicom';
import { afterAll, describe, expect, it } from 'vitest';
import { chunksOf, type SampleElement, sampleElements, samplePart10, us } from '../../testing/samples.js';
import { personLooked } from './person-looked.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const MASK = { x: 0, y: 0, width: 1, height: 1 };
const RULE = { x: 0, y: 1, width: 2, height: 1 };

function lookedAt(more: readonly SampleElement[], rectangles = [MASK], always = [RULE]) {
  const decision = { pixelsSeen: true, rectangles } as const;
  return personLooked(chunksOf(samplePart10(sampleElements(more))), {
    ...{ decision, codecs, always: () => always },
  });
}

/** Two frames of 2 x 2 pixels, 16 bits. */
const twoFrames = (bytes: string): SampleElement[] => [
  [0x00280008, 'IS', '2'],
  [0x00280101, 'US', us(12)],
  [0x00280102, 'US', us(11)],
  [0x7fe00010, 'OW', Buffer.from(bytes.repeat(8), 'hex')],
];

describe('a person’s look', () => {
  it('masks every frame alike, together with what the profile blanks', async () => {
    const { rectangles, masks, looked, rewrite } = await lookedAt(twoFrames('0100'));
    expect(rectangles(1)).toEqual([RULE, MASK]);
    expect(masks).toEqual({ ranges: [{ first: 0, last: 1, rectangles: [RULE, MASK] }], moreRanges: 0 });
    expect([looked, rewrite]).toEqual([true, true]);
  });

  it('leaves frames as they came where nothing is masked and nothing hides in them', async () => {
    expect(await lookedAt(twoFrames('0100'), [], [])).toMatchObject({
      ...{ rewrite: false, clearUnusedBits: false, looked: true, masks: { ranges: [], moreRanges: 0 } },
    });
  });

  it('clears bits that no picture shows', async () => {
    expect(await lookedAt(twoFrames('01f0'), [], [])).toMatchObject({ rewrite: true, clearUnusedBits: true });
  });

  it('is none at pixels that cannot be read', async () => {
    const broken: SampleElement[] = [[0x00280101, 'US', us(17)]];
    await expect(lookedAt(broken)).rejects.toMatchObject({ code: 'DICOM_PIXELS_MALFORMED' });
  });
});
