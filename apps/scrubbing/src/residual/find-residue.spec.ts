import { describe, expect, it } from 'vitest';
import { findResidue } from './find-residue.js';

const identity = (words: string[], uids: string[] = [], keptNumbers: Buffer[] = []) => ({
  words: new Set(words),
  uids: new Set(uids),
  keptNumbers,
});

describe('residue', () => {
  it('is a word of the original that stands alone in the output', () => {
    expect(findResidue('LO\x0a\0MUSTERFRAU', identity(['MUSTERFRAU']))).toBe('word');
    expect(findResidue('LO\x0a\0MUSTERFRAUEN', identity(['MUSTERFRAU']))).toBeUndefined();
  });

  it('is found where the next tag begins with a byte that looks like a letter', () => {
    expect(findResidue('MUSTERFRAUT\0\x10\0', identity(['MUSTERFRAU']))).toBe('word');
  });

  it('is an original UID, not the beginning of a longer one', () => {
    expect(findResidue('UI\x08\x001.2.3.4.5\0', identity([], ['1.2.3.4.5']))).toBe('uid');
    expect(findResidue('1.2.3.4.55', identity([], ['1.2.3.4.5']))).toBeUndefined();
  });

  it('is a number, unless the same number was kept as a technical one', () => {
    expect(findResidue('IS\x04\x004711', identity(['4711']))).toBe('number');
    expect(findResidue('IS\x04\x004711', identity(['4711'], [], [Buffer.from('4711')]))).toBeUndefined();
    expect(findResidue('UI 2.25.94711.4', identity(['4711']))).toBeUndefined();
  });
});
