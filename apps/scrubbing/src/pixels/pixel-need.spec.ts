import { describe, expect, it } from 'vitest';
import { BASIC, createProfile } from '../profile/profile.js';
import { type Evidence, noEvidence } from './evidence.js';
import { pixelNeed } from './pixel-need.js';

const ROOT = '1.2.840.10008.5.1.4.1.1.';
const seen = (suffix: string, more: Partial<Evidence> = {}): Evidence => ({
  ...noEvidence(),
  sopClassUID: ROOT + suffix,
  pixels: true,
  ...more,
});
const needOf = (evidence: Evidence) => pixelNeed(evidence, BASIC);

describe('pixels must be looked at', () => {
  it.each(
    '1 1.1 1.1.1 1.2 1.3 3.1 6.1 7 7.1 7.2 7.3 7.4 12.1 12.2 77.1.1 77.1.4 77.1.5.1 77.1.6 481.1 4.3'.split(
      ' ',
    ),
  )('in class %s', (suffix) =>
    expect(needOf(seen(suffix))).toEqual({ do: 'look', why: 'SOP class not proven' }),
  );

  it.each<[string, Partial<Evidence>]>([
    ['burned-in annotation', { burnedIn: 'YES' }],
    ['overlay in the bits of pixels', { overlayBits: true }],
    ['image type of a screen or report', { imageType: ['DERIVED', 'SECONDARY', 'OTHER'] }],
    ['image type of a screen or report', { imageType: ['DERIVED', 'PRIMARY', 'SCREEN SAVE'] }],
    ['converted image', { conversionType: 'WSD' }],
    ['colour image', { samplesPerPixel: 3 }],
    ['modality differs from the SOP class', { modality: 'OT' }],
  ])('in a CT image for: %s', (why, more) => expect(needOf(seen('2', more))).toEqual({ do: 'look', why }));

  it('where an object of a class without pixels has some', () => {
    expect(needOf(seen('88.33'))).toMatchObject({ do: 'look' });
  });

  it('in a parametric map of modality OT', () => {
    expect(needOf(seen('30', { modality: 'OT' }))).toEqual({ do: 'look', why: 'modality not proven' });
  });

  it('in a CT image of a device that the profile has a rule for', () => {
    const devices = [{ manufacturer: 'Maker', mask: [{ x: 0, y: 0, width: 9, height: 9 }] }];
    const profile = createProfile({ name: 'x', options: [], pixels: { outsideRegions: 'look', devices } });
    const evidence = seen('2', { manufacturer: 'MAKER ' });
    expect(pixelNeed(evidence, profile)).toEqual({ do: 'look', why: 'device rule' });
    expect(needOf(evidence)).toEqual({ do: 'none' });
  });
});

describe('a person must look', () => {
  it.each<[string, Partial<Evidence>]>([
    ['no SOP class', { sopClassUID: undefined }],
    ['file meta names another SOP class', { mediaStorageSOPClassUID: `${ROOT}4` }],
    ['encapsulated document', { document: true }],
    ['overlay', { keptOverlay: true }],
  ])('for: %s', (why, more) => expect(needOf(seen('2', more))).toEqual({ do: 'person', why }));

  it('for a voice', () => {
    const voice = seen('9.4.1', { pixels: false, waveform: true });
    expect(needOf(voice)).toMatchObject({ do: 'person' });
  });
});

describe('nothing needs to be looked at', () => {
  it.each([
    ['2', 'CT'],
    ['4', 'MR'],
    ['128', 'PT'],
    ['20', 'NM'],
    ['481.2', 'RTDOSE'],
    ['66.4', 'SEG'],
    ['66.7', 'SEG'],
    ['30', 'MR'],
  ])('but segments of frames, in class %s of modality %s', (suffix, modality) => {
    const evidence = seen(suffix, { modality, imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'], burnedIn: 'NO' });
    expect(needOf(evidence)).toEqual({ do: 'none' });
    expect(needOf({ ...evidence, compressed: true })).toEqual({ do: 'segments' });
  });

  it.each(['88.33', '481.3', '481.5', '9.1.1', '11.1', '66.1', '91.1', '7', '6.1'])(
    'where there are no pixels, in class %s',
    (suffix) => expect(needOf(seen(suffix, { pixels: false }))).toEqual({ do: 'none' }),
  );
});
