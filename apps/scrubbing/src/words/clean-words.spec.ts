import type { ElementView } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { cleanWords } from './clean-words.js';
import { hasChineseNumber, isChineseId } from './patterns.js';
import { gatherSeeds } from './seeds.js';

function seedsOf(names: readonly string[], ids: readonly string[] = []) {
  const seeds = gatherSeeds();
  const note = (tag: number, vr: string, text: string) =>
    seeds.note({
      ...{ tag, vr, lengthBytes: 0, path: [], privateCreator: undefined, littleEndian: true },
      charset: ['ISO_IR 192'],
      value: Buffer.from(text),
    } satisfies ElementView);
  for (const name of names) note(0x00100010, 'PN', name);
  for (const id of ids) note(0x00100020, 'LO', id);
  return seeds;
}
const NOBODY = seedsOf([]);
const clean = (text: string, seeds = NOBODY) => cleanWords(text, seeds, true) ?? '';

describe('clinical words stay', () => {
  it.each([
    'CT Thorax nativ',
    'MRI brain with and without contrast',
    't2_tse_sag_p2',
    'T1 TSE tra FS 3mm',
    'AX T2 FLAIR 5 mm',
    'Chest PA and lateral',
    'Abdomen 1.25 mm B30f',
    'LWS sagittal T2',
    'Oberbauchsonographie',
    'Knie links a.p. und seitlich',
    'HÜFTGELENK re.',
    'Left ventricle, end-diastolic phase',
    'b1000 DWI',
    'Sagittal,1 stack',
    'L-Spine 2.5mm',
    '胸部平扫',
    '头颅MRI平扫+增强',
    '右肺上叶结节',
  ])('%s', (text) => expect(clean(text)).toBe(text.replace(/\.$/, '')));
});

describe('what says who goes', () => {
  it.each([
    ['Thorax Musterfrau', 'Thorax'],
    ['Chest Ann', 'Chest'],
    ['Thorax für Erika Musterfrau, geb. 18.04.1963', 'Thorax für'],
    ['Knee of Mrs Long', 'Knee of'],
    ['CT Head Dr. Hand', 'CT Head'],
    ['Chest 555-1234 call', 'Chest'],
    ['Chest tel. 030 555 12 34', 'Chest'],
    ['Chest, MRN: 88-12-34', 'Chest'],
    ['Chest 88 12 34', 'Chest'],
    ['Chest heart@knee.example', 'Chest'],
    ['Chest https://chest.example/knee left', 'Chest left'],
    ['Chest 12 Chest Street', 'Chest'],
    ['Lunge Herzstraße 12', 'Lunge'],
    ['Chest 2024-01-31 follow-up', 'Chest follow-up'],
    ['Chest 31 Jan 2024', 'Chest'],
    ['Chest 93-year-old', 'Chest'],
    ['Chest 95 yo', 'Chest'],
    ['Chest 97 y', 'Chest'],
    ['Chest, aged 97', 'Chest'],
    ['Thorax Alter: 97', 'Thorax'],
    ['胸部 年龄97', '胸部'],
    ['Chest 881.234', 'Chest'],
    ['Chest 20240131', 'Chest'],
    ['Chest PID881234', 'Chest'],
    ['胸部平扫 张伟 电话13812345678', '胸部平扫'],
    ['北京市海淀区胸部路12号 胸部', '胸部'],
    ['胸部2024年1月31日复查', '胸部 复查'],
    ['11010519491231002X 胸部', '胸部'],
    ['胸部 医保卡号A1234567', '胸部'],
    ['头部 身份证号11010519491231002X 床号12', '头部'],
    ['Musterfrau', ''],
    ['4711', ''],
    ['', ''],
  ])('%s → %s', (text, rest) => expect(clean(text)).toBe(rest));
});

describe('the object’s own names go, though they are clinical words', () => {
  const seeds = seedsOf(
    ['Knie^Hand', 'Müller-Herz^Bein', 'Becken=胸平=ベッケン', 'Zuo^Ming=左^明', 'Schaedel'],
    ['PID-120345'],
  );
  it.each([
    ['Knie links', 'links'],
    ['links, KNIE', 'links'],
    ['Hand und Fuß', 'und Fuß'],
    ['Kniegelenk rechts', 'Kniegelenk rechts'],
    ['Herz Mueller', ''],
    ['Thorax Bein', 'Thorax'],
    ['Beckenübersicht', ''],
    ['胸平扫', ''],
    ['左明 胸部 左肺', '胸部 左肺'],
    ['120 kV', 'kV'],
    ['Handknie Thorax', 'Thorax'],
    ['Schädel rechts', 'rechts'],
    ['KNIEHAND rechts', 'rechts'],
  ])('%s → %s', (text, rest) => expect(clean(text, seeds)).toBe(rest));
});

describe('without', () => {
  it('a complete list of names nothing is kept', () => {
    const seeds = seedsOf(
      Array.from(
        { length: 10_002 },
        (_, at) => `N${'abcdefghij'[at % 10]}${at.toString(26).replace(/\d/g, (d) => 'qrstuvwxyz'[+d]!)}`,
      ),
    );
    expect(seeds.complete).toBe(false);
    expect(clean('Thorax', seeds)).toBe('');
  });

  it('a character set that explains the bytes only words of ASCII are kept', () => {
    expect(cleanWords('Thorax Mü Hand', NOBODY, false)).toBe('Thorax Hand');
    expect(cleanWords('ÕÅÎ°Hand Thorax', NOBODY, false)).toBe('Thorax');
  });

  it('end a text takes linear time', () => {
    const before = process.cpuUsage();
    cleanWords('a'.repeat(64_000), NOBODY, false);
    for (const part of ['Knie ', '1.', '1-', 'a', '(', 'dr ', 'id: ', '年', '电话 ', 'https:', '12 a '])
      cleanWords(part.repeat(60_000 / part.length), NOBODY, true);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(12_000);
  });
});

describe('a name of a thousand words', () => {
  it('counts at once, not with the name after it', () => {
    const one = Array.from({ length: 2000 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('');
    expect(seedsOf([one]).complete).toBe(false);
    expect(seedsOf([one.slice(0, 900)]).complete).toBe(true);
  });

  it('is looked for in linear time', () => {
    const one = Array.from({ length: 900 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('');
    const seeds = seedsOf([one]);
    const before = process.cpuUsage();
    expect(clean('胸部 '.repeat(9000), seeds)).toContain('胸部');
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(4000);
  });
});

describe('Chinese numbers', () => {
  it('are identity numbers by their check digit', () => {
    expect(isChineseId('11010519491231002X')).toBe(true);
    expect(isChineseId('110105194912310021')).toBe(false);
  });

  it.each([
    ...['11010519491231002X', '13812345678', '010-62345678', '110105491231002', 'x 13812345678 y'],
    ...['110105 19491231 002x', '138-1234-5678', '138 1234 5678', '13812345678.0', 'Tel.13812345678'],
  ])('are found: %s', (text) => expect(hasChineseNumber(text)).toBe(true));

  it.each([
    ...['123456789012345678', '12345678901', '1.5', '512'],
    // Fractions as modalities write them: positions and direction cosines.
    ...['0.17364817766', '0.017452406437', '-0.996194698091746', '-.13812345678', '1\\-12.0123456789'],
  ])('are not: %s', (text) => expect(hasChineseNumber(text)).toBe(false));
});
