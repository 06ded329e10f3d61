import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BASIC } from '../profile/profile.js';
import { cleanValues } from '../testing/clean.js';
import { EXPLICIT_LE, type SampleElement } from '../testing/samples.js';
import { loadProfile, loadServiceProfile, parseProfile, SHIPPED_PROFILES } from './load-profile.js';
import { profileFileSchema } from './profile-file.js';

const HEAD = 'name: mine\nbase: basic\n';
const SCHEMA = join(import.meta.dirname, '../../profiles/profile.schema.json');
const problemsOf = (text: string): string => {
  try {
    parseProfile(text);
  } catch (error) {
    return (error as { detail?: string }).detail ?? '';
  }
  return '';
};

describe('shipped profiles', () => {
  it.each(SHIPPED_PROFILES)('%s loads under its own name, with a digest of its own', async (name) => {
    expect((await loadProfile(name)).name).toBe(name);
    const others = await Promise.all(SHIPPED_PROFILES.filter((one) => one !== name).map(loadProfile));
    expect(others.map((one) => one.digest)).not.toContain((await loadProfile(name)).digest);
  });

  it('basic is the Basic Profile without options', async () => {
    expect((await loadProfile('basic')).digest).toBe(BASIC.digest);
  });

  it('have a JSON Schema beside them (UPDATE_DOCS=1 writes it)', () => {
    const schema = profileFileSchema();
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(SCHEMA, JSON.stringify(schema, null, 2));
    expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(schema);
  });
});

describe('a profile file', () => {
  it('is found by its path, and may not pass for a shipped one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-profile-'));
    try {
      const file = join(folder, 'mine.yaml');
      await writeFile(file, HEAD);
      expect((await loadProfile(file)).name).toBe('mine');
      await writeFile(file, HEAD.replace('mine', 'basic'));
      await expect(loadProfile(file)).rejects.toMatchObject({ detail: 'name: a shipped profile has it' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that is not there, or a name that nobody ships, is refused', async () => {
    await expect(loadProfile('./no-such-file.yaml')).rejects.toMatchObject({
      code: 'SCRUBBING_PROFILE_INVALID',
      kind: 'fatal',
    });
    await expect(loadProfile('nobody')).rejects.toMatchObject({ detail: expect.stringContaining('basic') });
  });

  it('is told every problem at once', () => {
    const text = `${HEAD}options: [retain-longitudinal-full-dates, retain-longitudinal-modified-dates]
overrides:
  - { at: NoSuchAttribute, action: remove }
  - { at: PatientID, action: keep }
  - { at: (0010,1001), action: keep }
  - { at: SeriesDescription/StudyDescription, action: remove }
  - { at: "(0009,xx10)", action: keep }
  - { at: SeriesDescription, action: uid }
  - { at: StudyDescription, action: remove }
  - { at: "(0008,1030)", action: empty }
`;
    const problems = problemsOf(text.replace('(0010,1001)', '"(0010,1001)"'));
    expect(problems.split('; ')).toEqual([
      'options: retain-longitudinal-full-dates and retain-longitudinal-modified-dates exclude each other',
      expect.stringContaining('overrides.0: no standard attribute'),
      expect.stringContaining('overrides.1: this attribute is not'),
      expect.stringContaining('overrides.2: it identifies a person'),
      expect.stringContaining('overrides.3: the path has a step'),
      expect.stringContaining('overrides.4: no standard attribute'),
      'overrides.5: uid is for UIDs',
      'overrides.7: the same place as one before',
    ]);
  });

  it.each([
    ['an unknown key', `${HEAD}secret: 1\n`, 'file: a key that no profile has'],
    ['an unknown option', `${HEAD}options: [keep-all]\n`, 'options.0: not one of the allowed values'],
    ['no base', 'name: mine\n', 'base: not one of the allowed values'],
    ['a name with spaces', 'name: "a b"\nbase: basic\n', 'name: wrong type or form'],
    ['a key twice', `${HEAD}name: other\n`, 'line 3: DUPLICATE_KEY'],
    [
      'a kept date beside moved ones',
      `${HEAD}options: [retain-longitudinal-modified-dates]\noverrides: [{ at: StudyDate, action: keep }]\n`,
      'overrides: a date that is kept beside dates that move tells the offset',
    ],
    [
      'retained UIDs beside moved dates',
      `${HEAD}options: [retain-longitudinal-modified-dates, retain-uids]\n`,
      expect.stringContaining('options: retain-uids beside dates that move tells the offset'),
    ],
    [
      'retained UIDs beside one date that an override moves',
      `${HEAD}options: [retain-uids]\noverrides: [{ at: StudyDate, action: clean }]\n`,
      expect.stringContaining('options: retain-uids beside dates that move'),
    ],
    [
      'a kept UID beside moved dates',
      `${HEAD}options: [retain-longitudinal-modified-dates]\noverrides: [{ at: FrameOfReferenceUID, action: keep }]\n`,
      'overrides: a UID that is kept beside dates that move tells the offset',
    ],
    ['an alias', `${HEAD}options: &a [retain-uids]\noverrides: *a\n`, 'aliases are not allowed'],
    ['no mapping', '- 1\n', 'file: wrong type or form'],
    ['a tag', `${HEAD}description: !!js/function x\n`, expect.stringContaining('line 3: TAG_RESOLVE_FAILED')],
    ['too long', HEAD + '#'.repeat(300_000), 'the file is too long'],
  ])('is refused for %s', (_, text, problem) => expect(problemsOf(text)).toEqual(problem));

  it.each([
    'options: [retain-longitudinal-full-dates, retain-uids]',
    'options: [retain-uids]',
    'options: [retain-longitudinal-modified-dates]\noverrides: [{ at: ReferencedSOPClassUID, action: keep }]',
  ])('may retain UIDs where no date moves, and the UID of a class anywhere: %s', (text) => {
    expect(problemsOf(`${HEAD}${text}\n`)).toBe('');
  });

  it('that retains UIDs is for folders alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-profile-'));
    const file = join(folder, 'mine.yaml');
    await writeFile(file, `${HEAD}options: [retain-uids]\n`);
    expect((await loadProfile(file)).options.has('retain-uids')).toBe(true);
    await expect(loadServiceProfile(file)).rejects.toMatchObject({ code: 'SCRUBBING_PROFILE_INVALID' });
    await rm(folder, { recursive: true });
  });
});

describe('an override', () => {
  const request = (description: string): SampleElement => [
    0x00400275,
    'SQ',
    [[[0x00400007, 'LO', description]]],
  ];

  it('stands before options, at any depth unless its path says where', async () => {
    const profile = parseProfile(`${HEAD}options: [retain-device-identity]
overrides:
  - { at: DeviceSerialNumber, action: remove }
  - { at: RequestAttributesSequence, action: keep }
  - { at: RequestAttributesSequence/ScheduledProcedureStepDescription, action: keep }
  - { at: /SliceThickness, action: empty }
  - { at: InstitutionName, action: keep, reason: agreed }
`);
    const values = await cleanValues(
      [
        [0x00181000, 'LO', 'SN 77'],
        request('Thorax nativ'),
        [0x00400007, 'LO', 'Abdomen'],
        [0x52009229, 'SQ', [[[0x00180050, 'DS', '2']]]],
      ],
      profile,
    );
    expect(values.has('00181000')).toBe(false);
    expect(values.get('00400275/00400007')).toBe('Thorax nativ');
    expect(values.has('00400007')).toBe(false);
    expect(values.get('00180050')).toBe('');
    expect(values.get('52009229/00180050')).toBe('2');
    expect(values.get('00080080')).toBe('Sankt Nirgends');
  });

  it('of a date is told by Longitudinal Temporal Information Modified', async () => {
    const marked = async (action: string) => {
      const profile = parseProfile(`${HEAD}overrides: [{ at: StudyDate, action: ${action} }]\n`);
      const values = await cleanValues([], profile);
      return [values.get('00080020'), values.get('00280303')];
    };
    expect(await marked('keep')).toEqual(['20241231', 'UNMODIFIED']);
    expect(await marked('clean')).toEqual(['20220406', 'MODIFIED']);
    expect(await marked('dummy')).toEqual(['19000101', 'REMOVED']);
  });

  it('of the longer path holds', async () => {
    const profile = parseProfile(`${HEAD}overrides:
  - { at: SliceThickness, action: empty }
  - { at: SharedFunctionalGroupsSequence/SliceThickness, action: keep }
`);
    const nested: SampleElement = [0x52009229, 'SQ', [[[0x00180050, 'DS', '2']]]];
    const values = await cleanValues([nested], profile);
    expect([values.get('00180050'), values.get('52009229/00180050')]).toEqual(['', '2']);
  });

  it('keeps a private attribute of one creator, whatever its block, and its creator', async () => {
    const profile = parseProfile(`${HEAD}overrides:
  - { at: "(0019,xx0c)", creator: SIEMENS MR HEADER, action: keep }
`);
    const values = await cleanValues(
      [
        [0x00190010, 'LO', 'OTHER'],
        [0x00190011, 'LO', 'SIEMENS MR HEADER'],
        [0x0019100c, 'IS', '800'],
        [0x0019110c, 'IS', '1000'],
        [0x0019110d, 'IS', '7'],
      ],
      profile,
    );
    expect([...values].filter(([path]) => path.startsWith('0019'))).toEqual([
      ['00190011', 'SIEMENS MR HEADER'],
      ['0019110c', '1000'],
    ]);
  });

  it.each([
    ...[
      'PatientTelecomInformation',
      'PersonAddress',
      'PersonTelephoneNumbers',
      'InsurancePlanIdentification',
    ],
    ...['PatientBirthDateInAlternativeCalendar', 'PatientBirthTime', 'RequestedProcedureID', 'StudyID'],
    ...['PlacerOrderNumberImagingServiceRequest', 'FillerOrderNumberImagingServiceRequest'],
    ...['PatientDeathDateInAlternativeCalendar', 'ScheduledProcedureStepID', 'ServiceEpisodeID'],
    ...['PerformedProcedureStepID', 'ContainerIdentifier', 'SpecimenIdentifier'],
    ...['PersonTelecomInformation', 'OrderCallbackPhoneNumber', 'CertificateOfSigner', 'SlideIdentifier'],
  ])('cannot keep %s, which identifies', (attribute) => {
    const file = (action: string) => `${HEAD}overrides: [{ at: "${attribute}", action: ${action} }]\n`;
    for (const action of ['keep', 'clean'])
      expect(() => parseProfile(file(action))).toThrow('identifies a person');
    expect(parseProfile(file('remove')).overrides.size).toBe(1);
  });

  it('of an annotation is stronger than Clean Graphics', async () => {
    const annotation: SampleElement = [
      0x00700001,
      'SQ',
      [[[0x00700008, 'SQ', [[[0x00700006, 'ST', 'Knie links']]]]]],
    ];
    const text = async (overrides: string) => {
      const profile = parseProfile(`${HEAD}options: [clean-graphics]\n${overrides}`);
      return (await cleanValues([annotation], profile)).get('00700001/00700008/00700006');
    };
    expect(await text('')).toBe('Knie links');
    expect(await text('overrides: [{ at: UnformattedTextValue, action: dummy }]\n')).toBe('DEIDENTIFIED');
  });

  it('that empties a private attribute leaves it its creator', async () => {
    const profile = parseProfile(`${HEAD}overrides: [{ at: "(0009,xx27)", creator: ACME, action: empty }]\n`);
    const values = await cleanValues(
      [
        [0x00090010, 'LO', 'ACME'],
        [0x00091027, 'LO', 'Erika'],
      ],
      profile,
    );
    expect([values.get('00090010'), values.get('00091027')]).toEqual(['ACME', '']);
  });

  it('keeps no private date beside dates that move: it moves too, whatever its VR says', async () => {
    const profile = parseProfile(`${HEAD}options: [retain-longitudinal-modified-dates]
overrides:
  - { at: "(0009,xx27)", creator: ACME, action: keep }
  - { at: "(0009,xx28)", creator: ACME, action: keep }
`);
    const elements: SampleElement[] = [
      [0x00090010, 'LO', 'ACME'],
      [0x00091027, 'DA', '20241231'],
      [0x00091028, 'DT', '20241231101112'],
    ];
    for (const syntax of [EXPLICIT_LE, '1.2.840.10008.1.2']) {
      const values = await cleanValues(elements, profile, syntax);
      expect([values.get('00091027'), values.get('00091028')]).toEqual(['20220406', '20220406101112']);
    }
  });

  it('of a value that is not what its attribute says changes nothing', async () => {
    const profile = parseProfile(`${HEAD}overrides: [{ at: StationName, action: keep }]\n`);
    const values = await cleanValues([[0x00081010, 'SH', 'CT1\0\x10\0Erika']], profile);
    expect(values.get('00081010') ?? '').not.toContain('CT1');
  });
});
