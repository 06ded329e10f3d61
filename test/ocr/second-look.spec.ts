import { createCodecs, fileMeta, readElements, type Picture } from '@sluice/dicom';
import { encodeDataSet } from '@sluice/samples';
import { openTextFinders } from '@sluice/scrubbing/pixels/ocr/text-finders';
import { BASIC } from '@sluice/scrubbing/profile/profile';
import { gatherIdentity } from '@sluice/scrubbing/residual/identity/gather-identity';
import { findPixelResidue, readAgain } from '@sluice/scrubbing/residual/pixels/find-pixel-residue';
import { afterAll, describe, expect, it } from 'vitest';
import { plantedFrame } from './planted-frame.js';

const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const codecs = createCodecs();
const finders = openTextFinders(1);
afterAll(() => Promise.all([codecs.close(), finders.close()]));

/** A secondary capture of the picture, of a patient. */
function objectOf({ width, height, data }: Picture, patient: string): Buffer {
  const us = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
  const meta = fileMeta({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUID: '2.25.1',
    transferSyntaxUID: EXPLICIT_LE,
  });
  const dataSet = encodeDataSet(
    [
      [0x00100010, 'PN', patient],
      [0x00280002, 'US', us(1)],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', us(height)],
      [0x00280011, 'US', us(width)],
      [0x00280100, 'US', us(8)],
      [0x00280101, 'US', us(8)],
      [0x00280102, 'US', us(7)],
      [0x00280103, 'US', us(0)],
      [0x7fe00010, 'OB', data],
    ],
    true,
  );
  return Buffer.concat([meta, dataSet]);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function residueOf(picture: Picture, patient: string) {
  const file = objectOf(picture, patient);
  const gathering = gatherIdentity(BASIC, 0);
  await readElements(once(file), gathering.note);
  const tools = { codecs, finders, timeoutMs: 600_000 };
  return findPixelResidue(once(file), { tools, identity: gathering.identity(), chinese: false });
}

describe('the second look at pixels', () => {
  it.each([
    [18, 0.99],
    [13, 0.99],
    [10, 0.9],
    [9, 0.9],
  ])(
    'reads at %i px letter by letter at least %d of what was planted',
    async (sizePx, share) => {
      const { picture, planted } = await plantedFrame(sizePx, 40);
      const found = await readAgain(picture, { finders, chinese: false });
      const texts = new Set(found.map(({ text }) => text));
      expect(planted.filter(({ text }) => texts.has(text)).length / planted.length).toBeGreaterThanOrEqual(
        share,
      );
    },
    120_000,
  );

  it('stops an object that shows its patient, and no other', async () => {
    const { picture, planted } = await plantedFrame(16, 12);
    const shown = planted.map(({ text }) => text).find((text) => /^\p{L}{5,}$/u.test(text)) ?? '';
    expect(await residueOf(picture, `${shown}^Some`)).toBe('name');
    expect(await residueOf(picture, 'Musterfrau^Erika')).toBeUndefined();
  }, 120_000);
});
