import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanValues, withOptions } from '../testing/clean.js';
import { SAMPLE_UID, type SampleElement, sampleReplacements } from '../testing/samples.js';
import type { Option } from './options.js';
import { CONTENT_ITEMS } from './structured-content.table.js';

const STANDARD = join(
  import.meta.dirname,
  '../../../../../shared/standard/ps3.15-e3.4-1-structured-content.tsv',
);
const there = existsSync(STANDARD);
if (!there) process.stderr.write('../shared/standard is not there: Table E.3.4-1 was not compared\n');

const CONTENT = 0x0040a730;
const code = (value: string, scheme: string): SampleElement[] => [
  [0x00080100, 'SH', value],
  [0x00080102, 'SH', scheme],
  [0x00080104, 'LO', 'Erika'],
];
const item = (type: string, concept: string, ...value: SampleElement[]): SampleElement[] => [
  [0x0040a010, 'CS', 'CONTAINS'],
  [0x0040a040, 'CS', type],
  [0x0040a043, 'SQ', [code(...(concept.split(' ') as [string, string]))]],
  ...value,
];
const age = (years: string, unit: string): SampleElement[] =>
  item('NUM', '121033 DCM', [
    0x0040a300,
    'SQ',
    [
      [
        [0x004008ea, 'SQ', [code(unit, 'UCUM')]],
        [0x0040a30a, 'DS', years],
      ],
    ],
  ]);

const REPORT: SampleElement = [
  CONTENT,
  'SQ',
  [
    item('PNAME', '121008 DCM', [0x0040a123, 'PN', 'Weiss^Ada']),
    item('TEXT', '121071 DCM', [0x0040a160, 'UT', 'fracture of the left hip, Erika']),
    item('TEXT', '121022 DCM', [0x0040a160, 'UT', 'hip 12']),
    item('DATETIME', '111526 DCM', [0x0040a120, 'DT', '20241231101112']),
    item('DATE', '121031 DCM', [0x0040a121, 'DA', '19630418']),
    item('UIDREF', '112227 DCM', [0x0040a124, 'UI', `${SAMPLE_UID}9`]),
    item('TEXT', '113877 DCM', [0x0040a160, 'UT', 'Revolution X']),
    item('CODE', '121032 DCM', [0x0040a168, 'SQ', [code('121033', 'DCM')]]),
    age('95', 'a'),
  ],
];
const report = (...options: Option[]) =>
  cleanValues([REPORT], withOptions('clean-structured-content', ...options)).then((values) => {
    const at = (...tags: string[]) => (values.get(`0040a730/${tags.join('/')}`) ?? '').split('|');
    return {
      name: at('0040a123'),
      texts: at('0040a160'),
      dateTime: at('0040a120'),
      date: at('0040a121'),
      uid: at('0040a124'),
      sex: at('0040a168', '00080100'),
      age: at('0040a300', '0040a30a'),
    };
  });

describe('Table E.3.4-1', () => {
  it.skipIf(!there)('equals the standard row by row', () => {
    const rows = readFileSync(STANDARD, 'utf8')
      .split('\n')
      .slice(2)
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
      .map(([, value, scheme, type, , , basic, ...options]) => [
        ...[value, scheme, type, basic],
        Array.from({ length: 7 }, (_, at) => options[at] || '-').join(''),
      ]);
    expect(CONTENT_ITEMS).toHaveLength(214);
    expect(CONTENT_ITEMS).toEqual(rows);
  });
});

describe('a content item', () => {
  it('has a value by its concept: nothing that says who without another option', async () => {
    expect(await report()).toEqual({
      name: ['DEIDENTIFIED'],
      texts: ['DEIDENTIFIED', 'DEIDENTIFIED', 'DEIDENTIFIED'],
      dateTime: ['19000101000000'],
      date: ['19000101'],
      uid: [sampleReplacements.newUid(`${SAMPLE_UID}9`)],
      sex: ['DEIDENTIFIED'],
      age: ['0'],
    });
  });

  it('of text keeps its clinical words with Clean Descriptors, unless its concept is a number of the hospital', async () => {
    expect((await report('clean-descriptors')).texts).toEqual([
      'fracture of the left hip',
      'DEIDENTIFIED',
      'DEIDENTIFIED',
    ]);
  });

  it('of a time moves with Modified Dates, the birth date never', async () => {
    const { dateTime, date } = await report('retain-longitudinal-modified-dates');
    expect([dateTime, date]).toEqual([['20220406101112'], ['19000101']]);
  });

  it('of a device, a UID or the subject stays with its option; an age is capped', async () => {
    const values = await report('retain-device-identity', 'retain-uids', 'retain-patient-characteristics');
    expect(values.texts).toEqual(['DEIDENTIFIED', 'DEIDENTIFIED', 'Revolution X']);
    expect(values.uid).toEqual([`${SAMPLE_UID}9`]);
    expect(values.sex).toEqual(['121033']);
    expect(values.age).toEqual(['90']);
  });

  it.each([
    ['89', 'a', '89'],
    ['90', 'a', '90'],
    ['1000', 'mo', '1000'],
    ['1100', 'mo', '1080'],
    ['101', 'unknown', '90'],
  ])('of age %s %s is told as %s', async (years, unit, told) => {
    const profile = withOptions('clean-structured-content', 'retain-patient-characteristics');
    const values = await cleanValues([[CONTENT, 'SQ', [age(years, unit)]]], profile);
    expect(values.get('0040a730/0040a300/0040a30a')).toBe(told);
  });

  it('is judged by its own concept, not by its parent’s or that of the item before', async () => {
    const nested = item('CONTAINER', '121070 DCM', [
      CONTENT,
      'SQ',
      [
        item('TEXT', '113877 DCM', [0x0040a160, 'UT', 'Revolution']),
        item('TEXT', '121022 DCM', [0x0040a160, 'UT', 'hip']),
      ],
    ]);
    const profile = withOptions('clean-structured-content', 'retain-device-identity', 'clean-descriptors');
    const values = await cleanValues([[CONTENT, 'SQ', [nested]]], profile);
    expect(values.get('0040a730/0040a730/0040a160')).toBe('Revolution|DEIDENTIFIED');
  });
});

describe('a graphic annotation', () => {
  const annotation = (text: string): SampleElement[] => [
    [0x00700001, 'SQ', [[[0x00700008, 'SQ', [[[0x00700006, 'ST', text]]]]]]],
  ];

  it('keeps the clinical words of its text with Clean Graphics, and none without', async () => {
    const at = '00700001/00700008/00700006';
    const text = 'nodule 5 mm Musterfrau';
    expect((await cleanValues(annotation(text), withOptions('clean-graphics'))).get(at)).toBe('nodule 5 mm');
    expect((await cleanValues(annotation(text), withOptions())).get(at)).toBe('DEIDENTIFIED');
  });

  it('curves and overlays lose their data, comments keep clinical words', async () => {
    const values = await cleanValues(
      [
        [0x50003000, 'OW', Buffer.alloc(4)],
        [0x60004000, 'LT', 'nodule Musterfrau'],
      ],
      withOptions('clean-graphics'),
    );
    expect([values.has('50003000'), values.get('60004000')]).toEqual([false, 'nodule']);
  });
});

describe('under every profile', () => {
  const born = [
    item('DATE', '121031 DCM', [0x0040a121, 'DA', '19290418']),
    item('DATE', '21112-8 LN', [0x0040a121, 'DA', '19290418']),
    item('DATETIME', '184099003 SCT', [0x0040a120, 'DT', '192904180101']),
  ];

  it('a birth date of a report goes: moved or kept it would tell an age, above 89 too', async () => {
    for (const option of ['retain-longitudinal-modified-dates', 'retain-longitudinal-full-dates'] as const) {
      const values = await cleanValues([[CONTENT, 'SQ', born]], withOptions(option));
      expect([values.get('0040a730/0040a121'), values.get('0040a730/0040a120')]).toEqual([
        '19000101|19000101',
        '19000101000000',
      ]);
    }
  });

  it('an age of a report above 89 is told as 90', async () => {
    const at = '0040a730/0040a300/0040a30a';
    expect((await cleanValues([[CONTENT, 'SQ', [age('95', 'a')]]], withOptions())).get(at)).toBe('90');
    expect((await cleanValues([[CONTENT, 'SQ', [age('64', 'a')]]], withOptions())).get(at)).toBe('64');
  });
});
