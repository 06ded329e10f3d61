import { createCodecs, readElements } from '@sluice/dicom';
import { afterAll, describe, expect, it } from 'vitest';
import { BASIC } from '../../profile/profile.js';
import { chunksOf, colourFrame } from '../../testing/samples.js';
import { gatherIdentity } from '../identity/gather-identity.js';
import { findPixelResidue } from './find-pixel-residue.js';

const codecs = createCodecs();
afterAll(() => codecs.close());

const ROWS = 40;
const COLUMNS = 60;

/** A frame in one colour with a bar of another in it: what stands for writing here. */
async function shownOf(ground: readonly number[], bar: readonly number[]): Promise<string[]> {
  const file = colourFrame({ rows: ROWS, columns: COLUMNS, from: 50 }, ground, bar);
  const gathering = gatherIdentity(BASIC, 0);
  await readElements(chunksOf(file), gathering.note);
  const contrasts: string[] = [];
  const find = (picture: { readonly data: Buffer }) => {
    contrasts.push(
      String(Math.abs((picture.data[0] as number) - (picture.data[COLUMNS - 1] as number)) > 48),
    );
    return Promise.resolve([]);
  };
  const tools = { codecs, finders: { find, close: () => Promise.resolve() }, timeoutMs: 60_000 };
  await findPixelResidue(chunksOf(file), { tools, identity: gathering.identity(), chinese: false });
  return contrasts;
}

describe('writing in colour', () => {
  it.each([
    ['dark blue on black', [0, 0, 0], [0, 0, 180]],
    ['red on green', [0, 128, 42], [255, 0, 0]],
    ['red on grey', [123, 123, 123], [224, 64, 60]],
  ])('is shown to the reader: %s', async (_, ground, bar) => {
    expect(await shownOf(ground, bar)).toEqual(['false', 'true']);
  });

  it('costs one reading where luminance shows all', async () => {
    expect(await shownOf([0, 0, 0], [255, 255, 255])).toEqual(['true']);
  });
});
