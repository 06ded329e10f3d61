import { encodeText } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { loadProfile } from '../profile-file/load-profile.js';
import { BASIC, createProfile } from '../profile/profile.js';
import { scrubObject } from '../scrub-object.js';
import { cleanValues, scrubSample, valuesByPath, withOptions } from '../testing/clean.js';
import { bytesOf, type SampleElement, sampleReplacements, sourceOf } from '../testing/samples.js';

const CLEAN = withOptions('clean-descriptors');
const inCharset = (
  charset: string,
  text: (encode: (text: string, vr: string) => Buffer) => SampleElement[],
) => [
  [0x00080005, 'CS', charset] as SampleElement,
  ...text((one, vr) => encodeText(one, vr, charset.split('\\')) as Buffer),
];

describe('a description', () => {
  it('keeps its clinical words and loses the person, though her name comes later in the object', async () => {
    const values = await cleanValues(
      [
        [0x00081030, 'LO', 'MRT Knie links Musterfrau, Erika 18.04.1963'],
        [0x00204000, 'LT', 'Erika reports pain. ACC4711; left knee, PID 881234'],
        [0x00180024, 'SH', 't2_tse_sag'],
      ],
      CLEAN,
    );
    expect(values.get('0008103e')).toBe('Thorax');
    expect(values.get('00081030')).toBe('MRT Knie links');
    expect(values.get('00204000')).toBe('reports pain left knee');
    expect(values.get('00180024')).toBe('t2_tse_sag');
  });

  it('goes without the option, and where nothing of it is clinical', async () => {
    expect((await cleanValues([], BASIC)).has('0008103e')).toBe(false);
    expect((await cleanValues([[0x0008103e, 'LO', 'Erika']], CLEAN)).has('0008103e')).toBe(false);
  });

  it('loses a clinical word that is the person’s name, at every depth', async () => {
    const values = await cleanValues(
      [
        [0x00100010, 'PN', 'Hüfte^Knie'],
        [0x0008103e, 'LO', 'Knie and Huefte left'],
        [0x00400275, 'SQ', [[[0x00400007, 'LO', 'hufte, MR left knee']]]],
      ],
      withOptions('clean-descriptors'),
    );
    expect(values.get('0008103e')).toBe('and left');
    expect(values.get('00400275/00400007')).toBe('MR left knee');
  });

  it('of several values keeps their positions, and no value is longer than its VR allows', async () => {
    const values = await cleanValues(
      [[0x00081080, 'LO', `Pneumonia\\Erika\\\\${'fracture '.repeat(20)}`]],
      CLEAN,
    );
    const parts = (values.get('00081080') ?? '').split('\\');
    expect(parts.slice(0, 3)).toEqual(['Pneumonia', 'DEIDENTIFIED', '']);
    expect(parts[3]?.length).toBeLessThanOrEqual(64);
  });
});

describe.each(['GB18030', 'GBK', 'ISO_IR 192'])('in %s', (charset) => {
  it('Chinese terms stay and the name, its pairs and its numbers go', async () => {
    const more = inCharset(charset, (encode) => [
      [0x00081030, 'LO', encode('胸部平扫 王小明 电话13812345678', 'LO')],
      [0x0008103e, 'LO', encode('小明右肺结节', 'LO')],
      [0x00100010, 'PN', encode('Wang^XiaoMing=王^小明', 'PN')],
      [0x00102000, 'LO', encode('骨折', 'LO')],
    ]);
    const verdict = await scrubSample(more, await loadProfile('cn'));
    if (verdict.outcome !== 'clean') throw new Error(verdict.code);
    const values = await valuesByPath(verdict.stored);
    const of = (tag: string) => Buffer.from(values.get(tag) ?? '', 'latin1');
    expect(of('00081030').toString('latin1')).toBe(
      encodeText('胸部平扫', 'LO', [charset])?.toString('latin1'),
    );
    expect(of('0008103e').toString('latin1')).toBe(
      encodeText('右肺结节', 'LO', [charset])?.toString('latin1'),
    );
    const name = encodeText('小明', 'LO', [charset]) as Buffer;
    expect(verdict.stored.includes(name)).toBe(false);
  });
});

describe('a Chinese number', () => {
  it('is kept by no attribute under cn, numeric ones and retained ones included', async () => {
    const more: SampleElement[] = [
      [0x00101030, 'DS', '13812345678'],
      [0x00180050, 'DS', '1.25'],
      [0x00200013, 'IS', '13812345678'],
      [0x00181210, 'SH', 'B30f'],
    ];
    const values = await cleanValues(more, await loadProfile('cn'));
    expect(values.has('00101030')).toBe(false);
    expect(values.get('00200013')).toBe('0');
    expect(values.get('00180050')).toBe('1.25');
    expect(values.get('00181210')).toBe('B30f');
    expect((await cleanValues(more, withOptions('retain-patient-characteristics'))).get('00101030')).toBe(
      '13812345678',
    );
  });
});

describe('a Chinese number in a retained text', () => {
  it('is found in wide digits too', async () => {
    const profile = createProfile({
      ...{ name: 'test', options: ['retain-device-identity'], chineseNumbers: true },
    });
    const kept = async (text: string) => {
      const more = inCharset('GB18030', (encode) => [[0x00181000, 'LO', encode(text, 'LO')]]);
      return (await cleanValues(more, profile)).get('00181000') ?? '';
    };
    expect(await kept('二号机')).not.toBe('');
    expect(await kept('二号机 １３８１２３４５６７８')).toBe('');
  });
});

describe('the geometry of an image', () => {
  it('is kept under cn: the digits of a fraction are nobody’s number', async () => {
    const cosines = '0.17364817766\\0.984807753012\\0\\0.017452406437\\-0.996194698091746\\0';
    const values = await cleanValues([[0x00200037, 'DS', cosines]], await loadProfile('cn'));
    expect(values.get('00200037')).toBe(cosines);
  });
});

describe('a description in a character set that it was not written in', () => {
  it('keeps no word with a byte that was not understood', async () => {
    const values = await cleanValues(
      [
        [0x00080005, 'CS', 'ISO_IR 6'],
        [0x0008103e, 'LO', Buffer.concat([Buffer.from('Thorax '), Buffer.from('张伟MRI Knie', 'utf8')])],
      ],
      CLEAN,
    );
    expect(values.get('0008103e')).toBe('Thorax Knie');
  });
});

describe('reading ahead', () => {
  it('leaves the error of a source to be told as it is', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(132);
      throw new Error('disk');
    }
    const scrubbed = scrubObject(
      { source: { open: broken }, replacements: sampleReplacements, profile: CLEAN },
      bytesOf,
    );
    await expect(scrubbed).rejects.toThrow('disk');
  });

  it('gives the same bytes whether or not it was needed', async () => {
    const override = withOptions('retain-institution-identity');
    const [ahead, plain] = [
      await scrubSample([], { ...override, keepsText: true }),
      await scrubSample([], override),
    ];
    expect(ahead).toEqual(plain);
  });

  it('says unreadable where the object is', async () => {
    const verdict = await scrubObject(
      {
        source: sourceOf(Buffer.from('Musterfrau')),
        replacements: sampleReplacements,
        profile: CLEAN,
      },
      bytesOf,
    );
    expect(verdict).toMatchObject({ code: 'SCRUBBING_UNREADABLE' });
  });
});
