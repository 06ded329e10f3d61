import { describe, expect, it } from 'vitest';
import { scrubObject } from '../scrub-object.js';
import type { SampleElement } from '../testing/samples.js';
import {
  bytesOf,
  sourceOf,
  SAMPLE_UID,
  sampleElements,
  samplePart10,
  sampleReplacements,
  us,
} from '../testing/samples.js';
import { cleanValues, withOptions } from '../testing/clean.js';
import { BASIC_PROFILE, OPTION_COLUMNS } from './basic-profile.table.js';
import { OPTIONS } from './options.js';
import { BASIC, createProfile, outcomeOf } from './profile.js';
import { compileRules } from './rules.js';

const FATES = { K: 'keep', C: 'clean' } as const;

describe('an option', () => {
  it.each(OPTION_COLUMNS.map((option, column) => [option, column] as const))(
    '%s changes the rows of its own column and no other',
    (option, column) => {
      const basic = compileRules(new Set()).rows;
      const rows = compileRules(new Set([option])).rows;
      for (const [tag, , , options] of BASIC_PROFILE) {
        const said = options[column] as '-' | 'K' | 'C';
        const expected = said === '-' ? basic.get(tag)?.['3'].fate : FATES[said];
        expect([tag, rows.get(tag)?.['3'].fate]).toEqual([tag, expected]);
        expect(rows.get(tag)?.['1'].otherwise).toBe(basic.get(tag)?.['1'].fate);
      }
    },
  );

  it.each<[string, readonly SampleElement[], Record<string, string | undefined>]>([
    [
      'retain-uids',
      [],
      { '00080018': `${SAMPLE_UID}4`, '00020003': `${SAMPLE_UID}4`, '00100020': 'PSEUDONYMA234567' },
    ],
    [
      'retain-device-identity',
      [[0x00181000, 'LO', 'SN 77-1']],
      { '00181000': 'SN 77-1', '00080080': undefined },
    ],
    [
      'retain-institution-identity',
      [],
      { '00080080': 'Sankt Nirgends', '00080018': sampleReplacements.newUid(`${SAMPLE_UID}4`) },
    ],
    [
      'retain-patient-characteristics',
      [[0x00101010, 'AS', '042Y']],
      { '00100040': 'F', '00101010': '042Y', '00100030': '' },
    ],
    [
      'retain-longitudinal-full-dates',
      [],
      { '00080020': '20241231', '00080030': '101112', '00100030': '', '00280303': 'UNMODIFIED' },
    ],
    [
      'clean-graphics',
      [[0x00700001, 'SQ', [[[0x00700006, 'ST', 'Musterfrau']]]]],
      { '00700001/00700006': 'DEIDENTIFIED' },
    ],
  ])('%s: an example', async (option, more, expected) => {
    const values = await cleanValues(more, withOptions(option as 'retain-uids'));
    for (const [path, value] of Object.entries(expected))
      expect([path, values.get(path)]).toEqual([path, value]);
  });

  it('is named by its code beside the Basic Profile', async () => {
    const values = await cleanValues(
      [],
      withOptions('retain-uids', 'retain-device-identity', 'clean-pixel-data'),
    );
    expect(values.get('00120064/00080100')).toBe('113100|113109|113110');
  });

  it('gives a profile another digest, and so does another name', () => {
    const digests = [
      ...OPTIONS.map((option) => withOptions(option)),
      BASIC,
      createProfile({ name: 'b', options: [] }),
    ];
    expect(new Set(digests.map((profile) => outcomeOf(profile))).size).toBe(digests.length);
  });
});

describe('where options conflict', () => {
  const calibrated: SampleElement[] = [[0x00181200, 'DA', '20240101']];

  it('clean beats keep', () => {
    const rules = (...options: Parameters<typeof withOptions>) =>
      compileRules(new Set(options)).of(0x00181200);
    expect(rules('retain-device-identity')?.['3'].fate).toBe('keep');
    expect(rules('retain-device-identity', 'retain-longitudinal-modified-dates')?.['3'].fate).toBe('clean');
    expect(rules('retain-device-identity', 'retain-longitudinal-full-dates')?.['3'].fate).toBe('keep');
  });

  it('keep of one option is not undone by another that says nothing', async () => {
    const profile = withOptions('retain-device-identity', 'retain-uids', 'clean-descriptors');
    expect((await cleanValues(calibrated, profile)).get('00181200')).toBe('20240101');
  });

  it('full and modified dates exclude each other', () => {
    expect(() => withOptions('retain-longitudinal-full-dates', 'retain-longitudinal-modified-dates')).toThrow(
      'exclude each other',
    );
  });

  it('a value that is not what its attribute says goes as without the option', async () => {
    const profile = withOptions('retain-device-identity', 'retain-patient-characteristics', 'retain-uids');
    const values = await cleanValues(
      [
        [0x00080018, 'UI', `${SAMPLE_UID}4`],
        [0x00100040, 'OB', Buffer.from('Erika!')],
        [0x00101010, 'AS', 'Musterfr'],
        [0x00101020, 'DS', '1.70 Erika'],
        [0x00181000, 'LO', 'SN\0\x10\0\x10\0PN\x04\0Erika'],
        [0x00181200, 'DA', '13812345678'],
        [0x00209164, 'UI', '1.2.Erika'],
      ],
      profile,
    );
    expect(values.get('00100040')).toBe('');
    expect(['00101010', '00101020', '00181200'].map((tag) => values.has(tag))).toEqual([false, false, false]);
    expect(values.has('00181000')).toBe(false);
    expect(values.get('00209164')).toMatch(/^2\.25\./);
  });
});

describe('ages', () => {
  it.each([
    ['089Y', '089Y'],
    ['090Y', '090Y'],
    ['104Y', '090Y'],
    ['999M', '999M'],
    ['999W', '999W'],
  ])('%s is told as %s', async (age, told) => {
    const values = await cleanValues(
      [[0x00101010, 'AS', age]],
      withOptions('retain-patient-characteristics'),
    );
    expect(values.get('00101010')).toBe(told);
  });
});

describe('what is retained', () => {
  it('may stand in the output, but a name in it may not', async () => {
    const profile = withOptions('retain-institution-identity');
    const values = await cleanValues([[0x00081040, 'LO', 'Haus Musterfrau']], profile);
    expect([values.get('00080080'), values.has('00081040')]).toEqual(['Sankt Nirgends', false]);
  });

  it('as a UID may stand where another rule maps it', async () => {
    const values = await cleanValues([[0x0040a124, 'UI', `${SAMPLE_UID}9`]], withOptions('retain-uids'));
    expect(values.get('00200052')).toBe(`${SAMPLE_UID}9`);
    expect(values.get('0040a124')).toBe(sampleReplacements.newUid(`${SAMPLE_UID}9`));
  });
});

describe('a binary number that is retained', () => {
  it('has whole values', async () => {
    const profile = withOptions('retain-patient-characteristics');
    expect((await cleanValues([[0x001021c0, 'US', us(4)]], profile)).get('001021c0')).toBe('\x04');
    expect(
      (await cleanValues([[0x001021c0, 'SL', Buffer.alloc(6, 'X')]], profile)).get('001021c0'),
    ).toBeUndefined();
  });
});

it('Retain UIDs keeps in file meta only what is written like a UID', async () => {
  const file = samplePart10(sampleElements());
  file.write('DOE JANE 1970 NOWHERE', file.indexOf(`${SAMPLE_UID}4`), 'latin1');
  const profile = withOptions('retain-uids');
  const request = { source: sourceOf(file), replacements: sampleReplacements, profile };
  const verdict = await scrubObject(request, bytesOf);
  expect(verdict.outcome).toBe('clean');
  expect(verdict.outcome === 'clean' && verdict.stored.includes('DOE JANE')).toBe(false);
});
