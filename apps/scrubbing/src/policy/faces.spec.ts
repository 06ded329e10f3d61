import { describe, expect, it } from 'vitest';
import { parseProfile } from '../profile-file/load-profile.js';
import { cleanValues, scrubSample } from '../testing/clean.js';
import { us, type SampleElement } from '../testing/samples.js';
import { regionOfText } from './faces.js';

const FLAG = parseProfile('name: mine\nbase: basic\n');
const HOLD = parseProfile('name: mine\nbase: basic\nfaces: hold\n');
const MR = '1.2.840.10008.5.1.4.1.1.4';
/** The sample's description says Thorax. */
const silent: SampleElement = [0x0008103e, 'LO', 'S1'];
const region = (code: string, meaning: string): SampleElement => [
  0x00082218,
  'SQ',
  [
    [
      [0x00080100, 'SH', code],
      [0x00080102, 'SH', 'SCT'],
      [0x00080104, 'LO', meaning],
    ],
  ],
];

const HEADS: readonly (readonly [string, readonly SampleElement[]])[] = [
  ['body part', [silent, [0x00180015, 'CS', 'HEAD']]],
  ['body part, written otherwise', [silent, [0x00180015, 'CS', 'Head_Neck']]],
  ['body part beside another description', [[0x00180015, 'CS', 'BRAIN']]],
  ['code of the region', [silent, region('69536005', '')]],
  ['meaning of the region', [silent, region('X1', 'Orbital structure')]],
  [
    'region of an enhanced image',
    [silent, [0x52009229, 'SQ', [[[0x00209071, 'SQ', [[region('12738006', 'Brain')]]]]]]],
  ],
  ['study description', [silent, [0x00081030, 'LO', 'MRT Schädel nativ']]],
  ['series description', [[0x0008103e, 'LO', 't1_brain_ax']]],
  ['protocol', [silent, [0x00181030, 'LO', 'CCT']]],
  ['procedure code', [silent, [0x00081032, 'SQ', [[[0x00080104, 'LO', 'MR Orbits']]]]]],
  ['whole body', [silent, [0x00180015, 'CS', 'WHOLEBODY']]],
  ['what it says itself', [[0x00280302, 'CS', 'YES']]],
];

describe('a head, by', () => {
  it.each(HEADS)('%s, is flagged, and held where the profile says so', async (_, more) => {
    expect((await cleanValues(more, FLAG)).get('00280302')).toBe('YES');
    expect(await scrubSample(more, HOLD)).toMatchObject({ code: 'SCRUBBING_FACE_HELD' });
  });

  it('in MR is one as in CT, also where the image said that nothing is to be recognised', async () => {
    const more: SampleElement[] = [
      [0x00080016, 'UI', MR],
      [0x00080060, 'CS', 'MR'],
      [0x00180015, 'CS', 'BRAIN'],
      [0x00280302, 'CS', 'NO'],
    ];
    expect((await cleanValues(more, FLAG)).get('00280302')).toBe('YES');
  });
});

describe('no head', () => {
  it('is not flagged and not held: another region, another modality', async () => {
    for (const more of [
      [],
      [silent, [0x00180015, 'CS', 'KNEE']],
      [silent, [0x00081030, 'LO', 'CT femoral neck right']],
    ] as SampleElement[][]) {
      expect((await cleanValues(more, FLAG)).has('00280302')).toBe(false);
      expect((await scrubSample(more, HOLD)).outcome).toBe('clean');
    }
    const dose: SampleElement[] = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.2'],
      [0x00080060, 'CS', 'RTDOSE'],
      [0x00180015, 'CS', 'HEAD'],
      [0x00280002, 'US', us(1)],
    ];
    expect((await scrubSample(dose, HOLD)).outcome).toBe('clean');
  });

  it('is no finding where nothing says the region: held where faces are, not flagged', async () => {
    expect((await cleanValues([silent], FLAG)).has('00280302')).toBe(false);
    expect(await scrubSample([silent], HOLD)).toMatchObject({
      ...{ code: 'SCRUBBING_FACE_HELD', detail: 'nothing says which part of the body is shown' },
    });
  });
});

describe('words of a region', () => {
  it.each([
    ...[
      'CT Head w/o contrast',
      'MRI BRAIN',
      'Neurocranium',
      'cMRT',
      'Paranasal sinuses',
      'Hals KM',
      'T1 IAC',
    ],
    ...['Ganzkörper', 'GANZKOERPER', '头颅MRI平扫', '副鼻窦CT', '全身', 'Head and Thorax'],
  ])('of a head: %s', (text) => expect(regionOfText(text)).toBe('head'));
  it.each([
    'Thorax',
    'Neck of femur',
    'femoral head',
    'Coronary sinus',
    '股骨头 髋',
    'Knie links',
    'MR Herz',
  ])('of another: %s', (text) => expect(regionOfText(text)).toBe('other'));
  it.each(['', 'S1', 'T2 tra 3mm', 'Header', 'early', 'series 4'])('of none: %s', (text) =>
    expect(regionOfText(text)).toBeUndefined(),
  );
});
