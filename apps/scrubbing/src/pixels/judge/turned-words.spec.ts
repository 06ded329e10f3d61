import { describe, expect, it } from 'vitest';
import { gatherSeeds } from '../../words/seeds.js';
import type { FoundWord } from '../ocr/text-finder.js';
import type { Owner } from './judge-text.js';
import { gatherPrinted } from './printed.js';
import { turnedWords } from './turned-words.js';

function ownerOf(name: string): Owner {
  const [seeds, printed] = [gatherSeeds(), gatherPrinted()];
  const value = Buffer.from(name);
  const element = {
    ...{ tag: 0x00100010, vr: 'PN', value, lengthBytes: value.length, path: [], littleEndian: true },
    ...{ privateCreator: undefined, charset: ['ISO_IR 192'] },
  } as const;
  seeds.note(element);
  printed.note(element);
  return { seeds, printed };
}

const somebody = ownerOf('Ashdown^Greta');
const word = (text: string, confidence: number, x = 0, height = 14): FoundWord => {
  return { text, confidence, box: { x, y: 0, width: 10 * text.length, height } };
};
const textsOf = (...words: FoundWord[]) => turnedWords(words, somebody).map(({ text }) => text);

describe('what is read in a picture that was turned', () => {
  it.each([
    ['two letters, however sure', word('OO', 96)],
    ['three that nobody is sure of', word('Tal', 60)],
    ['four that nobody is sure of', word('vedo', 45)],
    ['noise of many letters', word('LZYPOTEBMO', 35)],
    ['what is lower than any print', word('p245', 90, 0, 6)],
  ])('is no word: %s', (_, one) => expect(textsOf(one)).toEqual([]));

  it.each([
    ['three sure letters', word('LEE', 75)],
    ['a sure name', word('Brennick', 60)],
    ['a number', word('83104427', 45)],
    ['the person, however badly read', word('ASHD0WN', 3)],
    ['Chinese', word('王小明', 60)],
  ])('is a word: %s', (_, one) => expect(textsOf(one)).toEqual([one.text]));

  it('is one, too, where it stands beside one', () => {
    const name = word('Brennick', 80);
    expect(textsOf(name, word('J.', 50, 90))).toEqual(['Brennick', 'J.']);
    expect(textsOf(name, word('J.', 50, 200))).toEqual(['Brennick']);
    expect(textsOf(name, word('~', 10, 90))).toEqual(['Brennick']);
  });
});
