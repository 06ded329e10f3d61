import { describe, expect, it } from 'vitest';
import { findResidue, type Identity } from './find-residue.js';

const identity = (words: string[], uids: string[] = [], numbers: string[] = []): Identity => ({
  words: new Set(words),
  uids: new Set(uids),
  keptNumbers: numbers.map((number) => Buffer.from(number)),
});

/** The header in pieces of `size` bytes. */
const residueOf = (header: string, of: Identity, size = 1000) =>
  findResidue(
    (async function* () {
      const bytes = Buffer.from(header, 'latin1');
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
    of,
  );

describe('residue', () => {
  it('is a word of the original that stands alone in the output', async () => {
    expect(await residueOf('LO\x0a\0MUSTERFRAU', identity(['MUSTERFRAU']))).toBe('word');
    expect(await residueOf('LO\x0a\0MUSTERFRAUEN', identity(['MUSTERFRAU']))).toBeUndefined();
  });

  it('is found where pieces end in it', async () => {
    expect(await residueOf('LO\x0a\0MUSTERFRAU\0', identity(['MUSTERFRAU']), 7)).toBe('word');
  });

  it('is found where a neighbour begins or ends with a byte that looks like a letter', async () => {
    expect(await residueOf('MUSTERFRAUT\0\x10\0', identity(['MUSTERFRAU']))).toBe('word');
    expect(await residueOf('LO\0AMUSTERFRAU ', identity(['MUSTERFRAU']))).toBe('word');
  });

  it('is an original UID, not the beginning of a longer one', async () => {
    expect(await residueOf('UI\x08\x001.2.3.4.5\0', identity([], ['1.2.3.4.5']))).toBe('uid');
    expect(await residueOf('1.2.3.4.55', identity([], ['1.2.3.4.5']))).toBeUndefined();
  });

  it('is a number, unless the same number was kept as a technical one', async () => {
    expect(await residueOf('IS\x04\x004711', identity(['4711']))).toBe('number');
    expect(await residueOf('IS\x04\x004711', identity(['4711'], [], ['1.5\\4711']))).toBeUndefined();
    expect(await residueOf('UI 2.25.94711.4', identity(['4711']))).toBeUndefined();
  });

  it('is looked for in linear time: 20,000 names in 8 MiB', async () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `NAME${at}X`);
    expect(await residueOf('SOMEBODY ELSE '.repeat(600_000), identity(names), 256 * 1024)).toBeUndefined();
  });
});

describe('a large header', () => {
  it.each([8 * 1024, 256 * 1024, 4 * 1024 * 1024])(
    'lets others work meanwhile, in parts of %i bytes',
    async (size) => {
      async function* parts(): AsyncGenerator<Buffer> {
        for (let sent = 0; sent < 4 * 1024 * 1024; sent += size)
          yield await Promise.resolve(Buffer.alloc(size, 'ab '));
      }
      let turns = 0;
      let over = false;
      const other = () => {
        turns += 1;
        if (!over) setImmediate(other);
      };
      setImmediate(other);
      await findResidue(parts(), { words: new Set(), uids: new Set(), keptNumbers: [] });
      over = true;
      expect(turns).toBeGreaterThanOrEqual(16);
    },
  );
});
