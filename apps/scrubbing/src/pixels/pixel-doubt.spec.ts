import { describe, expect, it } from 'vitest';
import { type Evidence, noEvidence } from './evidence.js';
import { pixelDoubt } from './pixel-doubt.js';

const ROOT = '1.2.840.10008.5.1.4.1.1.';
const seen = (suffix: string, more: Partial<Evidence> = {}): Evidence => ({
  ...noEvidence(),
  sopClassUID: ROOT + suffix,
  pixels: true,
  ...more,
});

describe('pixels are in doubt', () => {
  it.each([
    '1',
    '1.1',
    '1.1.1',
    '1.2',
    '1.3',
    '3.1',
    '6.1',
    '7',
    '7.1',
    '7.2',
    '7.3',
    '7.4',
    '12.1',
    '12.2',
    '77.1.1',
    '77.1.4',
    '77.1.5.1',
    '77.1.6',
    '481.1',
    '104.1',
    '104.2',
    '104.3',
    '4.3',
  ])('in class %s', (suffix) => expect(pixelDoubt(seen(suffix))).toBe('SOP class not proven'));

  it.each<[string, Partial<Evidence>]>([
    ['burned-in annotation', { burnedIn: 'YES' }],
    ['overlay', { overlays: true }],
    ['encapsulated document', { document: true }],
    ['image type of a screen or report', { imageType: ['DERIVED', 'SECONDARY', 'OTHER'] }],
    ['image type of a screen or report', { imageType: ['DERIVED', 'PRIMARY', 'SCREEN SAVE'] }],
    ['converted image', { conversionType: 'WSD' }],
    ['colour image', { samplesPerPixel: 3 }],
    ['modality differs from the SOP class', { modality: 'OT' }],
    ['file meta names another SOP class', { mediaStorageSOPClassUID: `${ROOT}4` }],
    ['no SOP class', { sopClassUID: undefined }],
  ])('in a CT image for: %s', (doubt, more) => expect(pixelDoubt(seen('2', more))).toBe(doubt));

  it('where an object without pixels has some', () => {
    expect(pixelDoubt(seen('88.33'))).toBe('pixels in a class that has none');
  });

  it('in a parametric map of modality OT', () => {
    expect(pixelDoubt(seen('30', { modality: 'OT' }))).toBe('modality not proven');
  });
});

describe('pixels are proven', () => {
  it.each([
    ['2', 'CT'],
    ['4', 'MR'],
    ['128', 'PT'],
    ['20', 'NM'],
    ['481.2', 'RTDOSE'],
    ['66.4', 'SEG'],
    ['66.7', 'SEG'],
    ['30', 'MR'],
  ])('in class %s of modality %s', (suffix, modality) => {
    expect(
      pixelDoubt(seen(suffix, { modality, imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'], burnedIn: 'NO' })),
    ).toBeUndefined();
  });

  it.each(['88.33', '481.3', '481.5', '9.1.1', '11.1', '66.1', '91.1'])(
    'where there are none, in class %s',
    (suffix) => {
      expect(pixelDoubt(seen(suffix, { pixels: false }))).toBeUndefined();
    },
  );
});
