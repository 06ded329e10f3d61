import { describe, expect, it } from 'vitest';
import { formatTag, keywordOf, tagOf, vrOf } from './elements.js';
import { STORAGE_SOP_CLASSES, TRANSFER_SYNTAXES } from './uids.table.js';
import { isUid, uidName } from './uids.js';

describe('dictionary', () => {
  it.each([
    [0x00100010, 'PN', 'PatientName'],
    [0x00081140, 'SQ', 'ReferencedImageSequence'],
    [0x7fe00010, 'OW', 'PixelData'],
    [0x00280106, 'US', 'SmallestImagePixelValue'],
    [0x60023000, 'OW', 'OverlayData'],
    [0x50fe0010, 'US', 'NumberOfPoints'],
    [0x00180000, 'UL', 'GroupLength'],
    [0x00090010, 'LO', 'PrivateCreator'],
    [0x00100041, 'SQ', 'GenderIdentitySequence'],
    [0x00102162, 'UC', 'EthnicGroups'],
    [0x0040b034, 'DT', 'AnnotationDateTime'],
  ])('knows %i', (tag, vr, keyword) => {
    expect([vrOf(tag), keywordOf(tag)]).toEqual([vr, keyword]);
  });

  it('knows nothing of private elements, nor of odd members of repeating groups', () => {
    expect([vrOf(0x00091001), vrOf(0x60013000), vrOf(0x00080003)]).toEqual([undefined, undefined, undefined]);
  });

  it('finds tags by keyword', () => {
    expect([tagOf('StudyInstanceUID'), tagOf('OverlayData'), tagOf('Nonsense')]).toEqual([
      0x0020000d,
      0x60003000,
      undefined,
    ]);
  });

  it('writes tags for people', () => {
    expect(formatTag(0x7fe00010)).toBe('(7FE0,0010)');
  });

  it('has well-formed UIDs only', () => {
    expect([...STORAGE_SOP_CLASSES.keys(), ...TRANSFER_SYNTAXES.keys()].filter((uid) => !isUid(uid))).toEqual(
      [],
    );
    expect(uidName('1.2.840.10008.5.1.4.1.1.2')).toBe('CT Image Storage');
    expect(uidName('1.2.840.10008.5.1.4.1.1.66.7')).toBe('Label Map Segmentation Storage');
  });

  it.each(['', '1', '1.', '.1', '1..2', '1.02', '1.2.a', '../1.2', `1.${'2'.repeat(63)}`])(
    'does not take %j for a UID',
    (text) => {
      expect(isUid(text)).toBe(false);
    },
  );
});
