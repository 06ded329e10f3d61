import type { ElementView } from '@sluice/dicom';
import { describe, expect, it } from 'vitest';
import { gatherSeeds } from '../../words/seeds.js';
import type { FoundWord } from '../ocr/text-finder.js';
import { doubtedLines, linesOfSmallPrint } from './doubted-lines.js';
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
  closeUp = false,
): FoundWord => ({
  ...{ text, confidence, box: { x, y: 20, width, height: 10 } },
  ...(closeUp && { closeUp }),
});
const MOS = word('Mos', 75, [10, 30]);
const close = (mi: number, value: number) => [
  word('MI', mi, [10, 12], true),
  word('0.6', value, [25, 15], true),
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
      boxesToMask([...close(95, 95).slice(0, 1), word('Mosley', 20, [10, 30], true)], owner),
    ).not.toEqual([]);
  });
  it('leaves masked what it does not cover', () => {
    expect(boxesToMask([word('Mosbacher', 40, [10, 90]), ...close(90, 90)], owner)).not.toEqual([]);
  });
  it('is sure where another way to read says the same', () => {
    const raw = word('0.6', 0, [25, 15]);
    expect(boxesToMask([raw], owner)).toHaveLength(1);
    expect(boxesToMask([raw, word('0.6', 0, [25, 15], true)], owner)).toEqual([]);
  });
});
