import type { ElementView } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { gatherSeeds } from '../../words/seeds.js';
import type { CloseUpWay, FoundWord } from '../ocr/text-finder.js';
import { doubtedLines, hopefulLines, linesOfSmallPrint } from './doubted-lines.js';
import type { Owner } from './judge-text.js';
import { boxesToMask } from './judge-words.js';
import { gatherPrinted } from './printed.js';

const [seeds, printed] = [gatherSeeds(), gatherPrinted()];
const owner: Owner = { seeds, printed };
const name: ElementView = {
  ...{ tag: 0x00100010, vr: 'PN', value: Buffer.from('Mosley^Ann'), lengthBytes: 10, path: [] },
  ...{ littleEndian: true, privateCreator: undefined, charset: ['ISO_IR 192'] },
};
seeds.note(name);
printed.note(name);

/** At a place of one line. */
const word = (
  text: string,
  confidence: number,
  [x, width]: [number, number],
  closeUp?: CloseUpWay,
): FoundWord => ({
  ...{ text, confidence, box: { x, y: 20, width, height: 10 } },
  ...(closeUp && { closeUp }),
});
const MOS = word('Mos', 75, [10, 30]);
const close = (mi: number, value: number) => [
  word('MI', mi, [10, 12], 'even'),
  word('0.6', value, [25, 15], 'even'),
];

describe('a line is in doubt', () => {
  it('where small print says what nobody knows, not surely', () => {
    expect(doubtedLines([MOS], owner)).toEqual([MOS.box]);
    expect(doubtedLines([word('Mos', 95, [10, 30])], owner)).toEqual([]);
    expect(doubtedLines([word('LEFT', 75, [10, 40])], owner)).toEqual([]);
    expect(doubtedLines([{ ...MOS, box: { ...MOS.box, height: 40 } }], owner)).toEqual([]);
  });
  it('whole, with the words beside it', () => {
    expect(doubtedLines([MOS, word('LEFT', 90, [45, 40])], owner)).toMatchObject([{ x: 10, width: 75 }]);
  });
  it('not for what is like the person: that goes anyway', () => {
    expect(doubtedLines([word('Mosley', 40, [10, 60])], owner)).toEqual([]);
    expect(linesOfSmallPrint([word('Mosley', 40, [10, 60])])).toHaveLength(1);
  });
});

describe('a line is looked at in yet another way', () => {
  it('where a reading of what is in doubt may stay', () => {
    expect(hopefulLines([MOS], owner)).toEqual([]);
    expect(hopefulLines([MOS, word('MI0', 5, [10, 30], 'even')], owner)).toHaveLength(1);
    expect(hopefulLines([word('LEFT', 95, [10, 40])], owner)).toEqual([]);
  });
});

describe('what more than one way reads', () => {
  const at = (text: string, confidence: number, way?: CloseUpWay) => word(text, confidence, [10, 40], way);
  const isMasked = (...words: FoundWord[]) => boxesToMask(words, owner).length > 0;

  it('stays if two say the same, unsure as they are', () => {
    expect(isMasked(at('Masa', 66), at('MI0.6', 5, 'steep'))).toBe(true);
    expect(isMasked(at('Masa', 66), at('MI0.6', 5, 'steep'), at('MI0.8', 5, 'large'))).toBe(false);
    expect(isMasked(at('Masa', 96), at('MI0.6', 5, 'steep'), at('MI0.8', 5, 'large'))).toBe(true);
  });
  it('goes if one of the later ones says it alone: who looks often enough sees anything', () => {
    expect(isMasked(at('Ito', 23), at('474', 95, 'soft'))).toBe(true);
  });
  it('goes if a close-up says something else, and not less of it', () => {
    const alike = [at('MI', 5, 'steep'), at('MI', 60, 'soft')];
    expect(isMasked(...alike)).toBe(false);
    expect(isMasked(...alike, at('JM', 45, 'even'))).toBe(true);
  });
  it('stays though a third, not quite sure, lost a letter of it; of a number no digit is lost', () => {
    const portable = [at('Portable', 50, 'even'), at('Portable', 60, 'large')];
    expect(isMasked(...portable, at('Parable', 79))).toBe(false);
    expect(isMasked(...portable, at('Parable', 88))).toBe(true);
    expect(isMasked(at('721', 60), at('721', 60, 'steep'), at('0721', 49, 'even'))).toBe(true);
  });
  it('goes if it is the beginning of a longer word', () => {
    expect(isMasked(at('Bisi', 17), at('Bis', 23, 'even'), at('Bis', 16, 'steep'))).toBe(true);
  });
  it('goes if any of them is like the person', () => {
    const alike = [at('MI0.6', 50, 'steep'), at('MI0.6', 60, 'soft')];
    expect(isMasked(...alike, at('Mosiey', 3, 'large'))).toBe(true);
  });
});

describe('what a close-up of a line reads', () => {
  it('counts more than what was read of it as it is', () => {
    expect(boxesToMask([MOS], owner)).toHaveLength(1);
    expect(boxesToMask([MOS, ...close(65, 65)], owner)).toEqual([]);
  });
  it('counts less where it is unsure, or the other one is sure', () => {
    expect(boxesToMask([MOS, ...close(61, 10)], owner)).not.toEqual([]);
    expect(boxesToMask([word('Mos', 96, [10, 30]), ...close(65, 65)], owner)).not.toEqual([]);
  });
  it('never lets pass what is like the person', () => {
    expect(boxesToMask([word('Mosley', 5, [10, 30]), ...close(95, 95)], owner)).not.toEqual([]);
    expect(
      boxesToMask([...close(95, 95).slice(0, 1), word('Mosley', 20, [10, 30], 'even')], owner),
    ).not.toEqual([]);
  });
  it('leaves masked what it does not cover', () => {
    expect(boxesToMask([word('Mosbacher', 40, [10, 90]), ...close(90, 90)], owner)).not.toEqual([]);
  });
  it('is sure where another way to read says the same', () => {
    const raw = word('0.6', 0, [25, 15]);
    expect(boxesToMask([raw], owner)).toHaveLength(1);
    expect(boxesToMask([raw, word('0.6', 0, [25, 15], 'even')], owner)).toEqual([]);
  });
});
