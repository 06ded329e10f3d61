import { describe, expect, it } from 'vitest';
import { parseProfile } from '../profile-file/load-profile.js';
import { cleanValues, withOptions } from '../testing/clean.js';
import { EXPLICIT_LE, SAMPLE_UID, type SampleElement, sampleReplacements } from '../testing/samples.js';

const IMPLICIT = '1.2.840.10008.1.2';
const CREATOR = 'ACME PRIVATE';
const PROFILE = parseProfile(`name: mine
base: basic
overrides: [{ at: "(0009,xx27)", creator: ${CREATOR}, action: keep }]
`);

async function keptOf(vr: string, value: string | Buffer, syntax = EXPLICIT_LE): Promise<string | undefined> {
  const more: SampleElement[] = [
    [0x00090010, 'LO', CREATOR],
    [0x00091027, vr, value],
  ];
  return (await cleanValues(more, PROFILE, syntax)).get('00091027');
}

describe('text of a private attribute that an override keeps', () => {
  it.each<[vr: string, value: string, kept: string | undefined]>([
    ['LO', 'Thorax nativ', 'Thorax nativ'],
    ['LO', 'Thorax Schmidtke', 'Thorax'],
    ['LO', 'Schmidtke', undefined],
    ['LO', 'Schmidtke\\Thorax', 'DEIDENTIFIED\\Thorax'],
    ['SH', 'Otto', undefined],
    ['ST', 'MR knee of Otto, 0171 5551234', 'MR knee of'],
    ['LT', 'Otto Schmidtke', undefined],
    ['UT', 'Otto Schmidtke', undefined],
    ['UC', 'Otto', undefined],
    ['LO', '1000', '1000'],
    ['LO', '-1.25e-3\\800', '-1.25e-3\\800'],
    ['LO', '20241231', undefined],
    ['LO', '881234', undefined],
    ['CS', 'AXIAL', 'AXIAL'],
    ['CS', 'KNEE_LEFT', 'KNEE_LEFT'],
    ['CS', 'M', 'M'],
    ['CS', 'SCHMIDTKE', undefined],
    ['CS', 'AXIAL\\SCHMIDTKE', undefined],
    ['IS', '1000', '1000'],
    ['DS', '0.5', '0.5'],
    ['PN', 'Schmidtke^Otto', undefined],
    ['AE', 'SCHMIDTKE', undefined],
    ['UR', 'http://schmidtke.example', undefined],
    ['UN', 'Schmidtke', undefined],
    ['OB', 'Schmidtke', undefined],
    ['OB', '\x01\x02Schmidtke', undefined],
    ['UN', '\x01\0\x02Schmidtke', undefined],
    ['UN', '1000', '1000'],
  ])('%s %s: %s', async (vr, value, kept) => expect(await keptOf(vr, value)).toBe(kept));

  it('is read in implicit VR, where nothing says what it is', async () => {
    expect(await keptOf('LO', 'Thorax Schmidtke', IMPLICIT)).toBe('Thorax');
    expect(await keptOf('IS', '1000', IMPLICIT)).toBe('1000');
    expect(await keptOf('FD', Buffer.from('Schmid\0\0'), IMPLICIT)).toBeUndefined();
  });

  it('of VR UI follows the map', async () => {
    expect(await keptOf('UI', `${SAMPLE_UID}77`)).toBe(sampleReplacements.newUid(`${SAMPLE_UID}77`));
    expect(await keptOf('UI', '1.2.840.10008.1.2.1')).toBe('1.2.840.10008.1.2.1');
  });
});

it('text that Table E.3.10-1 calls safe is looked at too', async () => {
  const more: SampleElement[] = [
    [0x20010010, 'LO', 'Philips Imaging DD 001'],
    [0x20011025, 'SH', 'Otto'],
    [0x20011050, 'LO', 'Knie Schmidtke'],
    [0x2001100b, 'CS', 'TRANSVERSAL'],
  ];
  const values = await cleanValues(more, withOptions('retain-safe-private'));
  expect(['20011025', '20011050', '2001100b'].map((tag) => values.get(tag))).toEqual([
    undefined,
    'Knie',
    'TRANSVERSAL',
  ]);
});
