import { describe, expect, it } from 'vitest';
import { findResidue, type RawIdentity } from './find-residue.js';

const identity = (words: string[], uids: string[] = [], numbers: string[] = []): RawIdentity => ({
  raw: new Set(words),
  uids: new Set(uids),
  technicalNumbers: new Set(numbers),
});

const residueOf = (header: string, of: RawIdentity) => findResidue(Buffer.from(header, 'latin1'), of);

describe('residue in bytes', () => {
  it('is a word of the original that stands alone in the output', async () => {
    expect(await residueOf('LO\x0a\0MUSTERFRAU', identity(['MUSTERFRAU']))).toBe('word');
    expect(await residueOf('LO\x0a\0MUSTERFRAUEN', identity(['MUSTERFRAU']))).toBeUndefined();
  });

  it.each([1, 5, 9])('is found where a piece ends in it, %i bytes before its end', async (before) => {
    const lead = '\0'.repeat(256 * 1024 - 10 + before);
    expect(await residueOf(`${lead}MUSTERFRAU\0`, identity(['MUSTERFRAU']))).toBe('word');
  });

  it('is found where a neighbour begins or ends with a byte that looks like a letter', async () => {
    expect(await residueOf('MUSTERFRAUT\0\x10\0', identity(['MUSTERFRAU']))).toBe('word');
    expect(await residueOf('LO\0AMUSTERFRAU ', identity(['MUSTERFRAU']))).toBe('word');
  });

  it('is an original UID, not the beginning of a longer one', async () => {
    expect(await residueOf('UI\x08\x001.2.3.4.5\0', identity([], ['1.2.3.4.5']))).toBe('UID');
    expect(await residueOf('1.2.3.4.55', identity([], ['1.2.3.4.5']))).toBeUndefined();
  });

  it('is a number, unless a technical attribute has the same', async () => {
    expect(await residueOf('IS\x04\x004711', identity(['4711']))).toBe('number');
    expect(await residueOf('IS\x04\x004711', identity(['4711'], [], ['4711']))).toBeUndefined();
    expect(await residueOf('UI 2.25.94711.4', identity(['4711']))).toBeUndefined();
  });

  it('is looked for in linear time: 20,000 names in 8 MiB', async () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `NAME${at}X`);
    expect(await residueOf('SOMEBODY ELSE '.repeat(600_000), identity(names))).toBeUndefined();
  });

  it('lets others work meanwhile', async () => {
    let turns = 0;
    let over = false;
    const other = () => {
      turns += 1;
      if (!over) setImmediate(other);
    };
    setImmediate(other);
    await findResidue(Buffer.alloc(4 * 1024 * 1024, 'ab '), identity([]));
    over = true;
    expect(turns).toBeGreaterThanOrEqual(15);
  });
});
