import type { ElementView } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { gatherSeeds } from '../../words/seeds.js';
import type { FoundWord } from '../ocr/text-finder.js';
import { kindOfText, type Owner } from './judge-text.js';
import { boxSideways } from '../ocr/turns.js';
import { boxesToMask } from './judge-words.js';
import { gatherPrinted } from './printed.js';

function ownerOf(...values: readonly (readonly [number, string, string])[]): Owner {
  const [seeds, printed] = [gatherSeeds(), gatherPrinted()];
  for (const [tag, vr, text] of values) {
    const element: ElementView = {
      ...{ tag, vr, value: Buffer.from(text), lengthBytes: text.length, path: [], littleEndian: true },
      ...{ privateCreator: undefined, charset: ['ISO_IR 192'] },
    };
    seeds.note(element);
    printed.note(element);
  }
  return { seeds, printed };
}

const nobody = ownerOf();
const somebody = ownerOf(
  [0x00100010, 'PN', 'Knee^Long^王小明'],
  [0x00100020, 'LO', '4711-360'],
  [0x00080080, 'LO', 'Chest Clinic'],
  [0x00080020, 'DA', '20241103'],
);

/** A word of 10 px a letter at a place of a line. */
const word = (text: string, x: number, confidence = 95, y = 0): FoundWord => ({
  ...{ text, confidence },
  box: { x, y, width: 10 * text.length, height: 14 },
});
/** Words with a space between them, all in one line. */
function line(text: string, confidence = 95): FoundWord[] {
  let x = 0;
  return text.split(' ').map((one) => {
    const found = word(one, x, confidence);
    x += 10 * one.length + 10;
    return found;
  });
}
/** Those of the words whose middle is masked. */
const maskedOf = (words: readonly FoundWord[], owner: Owner = nobody): string[] => {
  const boxes = boxesToMask(words, owner);
  return words
    .filter(({ box: { x, width, y } }) =>
      boxes.some(
        (box) =>
          box.x < x + width / 2 &&
          box.x + box.width > x + width / 2 &&
          box.y < y + 7 &&
          box.y + box.height > y + 7,
      ),
    )
    .map(({ text }) => text);
};

describe('a reading is of the device', () => {
  it.each(
    'MI|0.6|TIS0.0|TIS<0.4|MI=0.8|AO=100%|A0=100%|L|R|RCC|12mm|120kV|49Hz|3/4|C5-1|L12-5|512x512|45%|2D|12.5¢cm|120Vp|1206Vp|120:Vp'
      .split('|')
      .filter((text) => text !== '3/4'),
  )('%s', (text) => expect(kindOfText(text, nobody)).toBe('device'));

  it.each(['LYMPH', 'SUPINE', 'Semi-Upright', '3:PELVIS', '3:PELUIS', 'Breast', '胸部'])(
    'or clinical: %s',
    (text) => expect(['clinical', 'device']).toContain(kindOfText(text, nobody)),
  );
});

describe('a reading is of nobody knows whom', () => {
  it.each(
    'SMITH|0721|a721|00079241539|08/29/1951|24-MAY-02|11:24:20|5/25/2011|1234|Philips|王小明|12-05|é—'.split(
      '|',
    ),
  )('%s', (text) => expect(kindOfText(text, nobody)).toBe('unknown'));
});

describe('a word that would stay goes where the person is called like it', () => {
  it.each(['KNEE', 'Kn33', 'KNEES', 'LONG', '360', '4711', '11.03', '王小明', '小明'])('%s', (text) => {
    if (text === 'Kn33') return expect(kindOfText(text, somebody)).not.toBe('clinical');
    expect(kindOfText(text, somebody)).toBe('named');
  });
  it('as it was read, not as it was mended', () => {
    expect(kindOfText('4716Vp', ownerOf([0x00100020, 'LO', '4716']))).toBe('named');
  });
  it('and all of it where not all names are known', () => {
    const seeds = { ...gatherSeeds(), complete: false };
    expect(kindOfText('LIVER', { ...nobody, seeds })).toBe('named');
  });
});

describe('of a line', () => {
  it.each([
    ['MI 0.6 TIS 0.2', []],
    ['LEFT KIDNEY LONG', []],
    ['SMITH LONG', ['SMITH', 'LONG']],
    ['12 May 1965', ['12', 'May', '1965']],
    ['2:56:22 PM', ['2:56:22', 'PM']],
    ['TR 4000', []],
    ['ID 4000', ['4000']],
    ['Name: HAND', ['HAND']],
  ])('%s: %j is masked', (text, masked) => {
    expect(maskedOf(line(text)).filter((one) => !/^(?:ID|Name:)$/.test(one))).toEqual(masked);
  });

  it('two words of an institution in its order are masked, one of them alone is not', () => {
    expect(maskedOf(line('CHEST CLINIC'), somebody)).toEqual(['CHEST', 'CLINIC']);
    expect(maskedOf(line('CHEST PA'), somebody)).toEqual([]);
  });

  it('Chinese characters are joined before they are judged', () => {
    const characters = (text: string) =>
      [...text].map((one, at) => ({
        ...word(one, at * 16),
        box: { x: at * 16, y: 0, width: 15, height: 15 },
      }));
    expect(maskedOf(characters('胸部平扫'))).toEqual([]);
    expect(maskedOf(characters('张大'))).toEqual(['张', '大']);
  });
});

describe('of one place', () => {
  const both = (...readings: [string, number][]) =>
    readings.map(([text, confidence]) => ({ ...word('XXXXX', 0), text, confidence }));

  it('the surest reading decides', () => {
    expect(boxesToMask(both(['LIVER', 90], ['UVER', 40]), nobody)).toEqual([]);
    expect(boxesToMask(both(['LIVER', 50], ['OLIVER', 80]), nobody)).toHaveLength(1);
  });
  it('but any that is like the person', () => {
    expect(boxesToMask(both(['LIVER', 90], ['KNEE', 20]), somebody)).toHaveLength(1);
  });
  it('nothing that was read too badly stays', () => {
    expect(boxesToMask([word('LIVER', 0, 10)], nobody)).toHaveLength(1);
    expect(boxesToMask([word('AP', 0, 30)], nobody)).toHaveLength(1);
  });
  it('a piece of a number that another pass saw does not let the number stay', () => {
    expect(boxesToMask([word('91056171', 0), word('71', 60, 94)], nobody)).toHaveLength(1);
  });
});

describe('of one place that was read badly, but in two ways alike,', () => {
  const twice = (first: [string, number], second: [string, number], plain: [string, number][] = []) => [
    { ...word('XXXXX', 0), text: first[0], confidence: first[1], closeUp: 'even' as const },
    { ...word('XXXXX', 0), text: second[0], confidence: second[1], closeUp: 'steep' as const },
    ...plain.map(([text, confidence]) => ({ ...word('XXXXX', 0), text, confidence })),
  ];

  it('a clinical word stays', () => {
    expect(boxesToMask(twice(['BLOOD', 12], ['BL00D', 12]), nobody)).toEqual([]);
  });
  it('not where both are no better than noise', () => {
    expect(boxesToMask(twice(['BLOOD', 5], ['BLOOD', 12]), nobody)).toHaveLength(1);
    expect(boxesToMask(twice(['BLOOD', 12], ['BLOOD', 5]), nobody)).toHaveLength(1);
  });
  it('not where two words have one shape only', () => {
    expect(boxesToMask(twice(['BLOOD', 12], ['BLEED', 12]), nobody)).toHaveLength(1);
  });
  it.each([
    ['OBLIQUE', 8, 'OBLQUE', 97],
    ['FRONTAL', 8, 'FONTANA', 92],
    ['OBLIQUE', 20, 'HORVATH', 80],
    ['BLOOD', 40, 'BLOOM', 97],
  ])('%s at %i twice is not kept where the whole picture was read as %s at %i', (text, low, other, sure) => {
    expect(boxesToMask(twice([text, low], [text, low], [[other, sure]]), nobody)).toHaveLength(1);
  });
  it('it is where the whole picture was read no better', () => {
    expect(boxesToMask(twice(['OBLIQUE', 8], ['OBLIQUE', 8], [['OBLQUE', 40]]), nobody)).toEqual([]);
  });
});

describe('what runs up or down a picture', () => {
  const sideways = (runs: 'up' | 'down', words: FoundWord[]): FoundWord[] =>
    words.map((one) => ({ ...one, runs, box: boxSideways(one.box, runs, { width: 300, height: 300 }) }));

  it.each(['up', 'down'] as const)('is judged as what stands upright, and masked where it is: %s', (runs) => {
    expect(boxesToMask(sideways(runs, line('MI 0.6')), nobody)).toEqual([]);
    const [upright] = boxesToMask(line('SMITH LONG'), nobody);
    const [box] = boxesToMask(sideways(runs, line('SMITH LONG')), nobody);
    expect(upright && box).toEqual({
      ...(upright && boxSideways(upright, runs, { width: 300, height: 300 })),
      sure: true,
    });
  });

  it('is no part of a line that stands upright', () => {
    const [name] = sideways('down', [word('SMITH', 0)]);
    const beside = { ...word('LONG', 60), box: { x: 320, y: 10, width: 40, height: 14 } };
    expect(boxesToMask([beside], nobody)).toEqual([]);
    expect(boxesToMask([name as FoundWord, beside], nobody)).toHaveLength(1);
  });
});
