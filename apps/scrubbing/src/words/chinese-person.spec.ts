import { encodeText } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { createProfile } from '../profile/profile.js';
import { scrubSample, valuesByPath } from '../testing/clean.js';
import type { SampleElement } from '../testing/samples.js';
import { hasChinesePerson } from './chinese-person.js';
import { cleanWords } from './clean-words.js';
import { hasChineseNumber } from './patterns.js';
import { gatherSeeds } from './seeds.js';

/** With the options of `cn`, and attributes that a hospital keeps as they are. */
const KEEPING = createProfile({
  ...{
    name: 'keeping',
    options: ['retain-institution-identity', 'retain-device-identity', 'clean-descriptors'],
  },
  chineseNumbers: true,
  overrides: [{ tag: 0x00204000, creator: undefined, inside: [], fromRoot: false, action: 'keep' }],
});
const DESCRIPTION = 0x0008103e;
const KEPT = [0x00081010, 0x00181000, 0x00204000];

const NAMES = [
  ...['王小明', '张伟', '李大中', '左明', '欧阳明华', '司马光', '陈晓东', '向前', '金骨', '诸葛双喜', '马英'],
];
const NUMBERS = [
  '11010519491231002X',
  '110105194912310021',
  '310104198002291234',
  '110105491231002',
  '13812345678',
  '+86 138 1234 5678',
  '0086-13812345678',
  '010-62345678',
  '(021)62345678',
  '医保卡号A12345678',
  '社保号 330106123',
  '住院号:A012345',
  '病历号20231234',
  '门诊号 8812345',
  '手机1381234',
];

describe.each(['GB18030', 'GBK'])('in %s', (charset) => {
  const outcomeOf = async (text: string) => {
    const encoded = (vr: string) => encodeText(text, vr, [charset]) ?? Buffer.alloc(0);
    const more: SampleElement[] = [
      [0x00080005, 'CS', charset],
      [DESCRIPTION, 'LO', encoded('LO')],
      ...KEPT.map((tag): SampleElement => [
        tag,
        tag === 0x00081010 ? 'SH' : tag === 0x00204000 ? 'LT' : 'LO',
        encoded('LO'),
      ]),
    ];
    const verdict = await scrubSample(more, KEEPING);
    if (verdict.outcome !== 'clean') throw new Error(verdict.detail);
    return { stored: verdict.stored, values: await valuesByPath(verdict.stored) };
  };

  it.each(NAMES)('the name %s stays nowhere, alone or beside clinical words', async (name) => {
    for (const text of [name, `${name} 胸部`, `胸部平扫${name}`, `患者${name}`, `${name}医生`]) {
      const { stored } = await outcomeOf(text);
      expect([text, stored.includes(encodeText(name, 'LO', [charset]) ?? '')]).toEqual([text, false]);
    }
  });

  it.each(NUMBERS)('the number %s stays nowhere', async (number) => {
    const digits = /\d[\dXx -]{5,}/.exec(number)?.[0] ?? '';
    expect(digits.length).toBeGreaterThan(5);
    for (const text of [number, `胸部 ${number}`, `${number}平扫`]) {
      const { stored } = await outcomeOf(text);
      expect([text, stored.includes(digits)]).toEqual([text, false]);
    }
  });

  it.each(['北京协和医院', '王府井医院放射科', '安贞医院', '二号机', 'CT室', '张江院区'])(
    'the place %s stays where the device does',
    async (place) => {
      const { values } = await outcomeOf(place);
      const kept = Buffer.from(values.get('00181000') ?? '', 'latin1');
      expect(kept).toEqual(encodeText(place, 'LO', [charset])?.subarray(0, kept.length));
      expect(kept.length).toBeGreaterThan(3);
    },
  );
});

describe('kept text', () => {
  it.each(['胸部平扫', '右肺上叶结节', '头颅MRI平扫+增强', 'Thorax', ''])('is nobody: %s', (text) =>
    expect(hasChinesePerson(text)).toBe(false),
  );
});

describe('18 digits', () => {
  it.each(['110105194912310021', '440301200002290013'])(
    'with a birthday in them are a number: %s',
    (number) => expect(hasChineseNumber(number)).toBe(true),
  );
  it.each(['110105194913310023', '990105194912310021', '123456789012345678', '110105170012310021'])(
    'without are none: %s',
    (number) => expect(hasChineseNumber(number)).toBe(false),
  );
});

it('a long text takes linear time', () => {
  // Quadratic, it would take minutes.
  expect(hasChinesePerson('左'.repeat(200_000) + '明')).toBe(false);
  expect(cleanWords('左'.repeat(200_000) + '明', gatherSeeds(), true)).toBeUndefined();
});

it('a clinical word of one character inside a name is a part of the name', () => {
  const clean = (text: string) => cleanWords(text, gatherSeeds(), true) ?? '';
  expect(clean('左明 胸部')).toBe('胸部');
  expect(clean('李大中复查')).toBe('复查');
  expect(clean('患者左膝关节')).toBe('左膝关节');
  expect(clean('左肺 右')).toBe('左肺 右');
  expect(clean('肺和肝')).toBe('肺和肝');
});
