import { createCodecs, readElements } from '@sluice/dicom';
import { afterAll, describe, expect, it } from 'vitest';
import type { FoundWord } from '../../pixels/ocr/text-finder.js';
import { BASIC } from '../../profile/profile.js';
import { bytesOf, chunksOf, sampleElements, samplePart10 } from '../../testing/samples.js';
import { gatherIdentity } from '../identity/gather-identity.js';
import { findPixelResidue } from './find-pixel-residue.js';
import { lookAgain } from './look-again.js';
import { openTee } from './tee.js';

const codecs = createCodecs();
afterAll(() => codecs.close());
const file = samplePart10(sampleElements());

const word = (text: string, x = 0, y = 0): FoundWord => ({
  text,
  confidence: 90,
  box: { x, y, width: 40, height: 10 },
});

async function residueOf(words: readonly FoundWord[], timeoutMs = 60_000) {
  const gathering = gatherIdentity(BASIC, 0);
  await readElements(chunksOf(file), gathering.note);
  const finders = { find: () => Promise.resolve(words), close: () => Promise.resolve() };
  const tools = { codecs, finders, timeoutMs };
  return findPixelResidue(chunksOf(file), { tools, identity: gathering.identity(), chinese: false });
}

describe('the person in the pixels of an output', () => {
  it.each<[string, FoundWord[], string]>([
    ['a name', [word('KNEE'), word('Musterfrau,')], 'name'],
    ['a name as small print looks', [word('MU5TERFRAU')], 'name'],
    ['a number', [word('881234')], 'number'],
    [
      'a number in two words, of which the second was read first',
      [word('234', 50), word('881', 0, 1)],
      'number',
    ],
    ['a date', [word('18.04.1963')], 'date'],
    ['a date in three words', [word('18'), word('Apr', 50), word('1963', 100)], 'date'],
    ['an institution', [word('Nirgends')], 'word'],
  ])('is found: %s', async (_, words, kind) => {
    expect(await residueOf(words)).toBe(kind);
  });

  it('is not what a device prints', async () => {
    expect(await residueOf([word('LEFT'), word('TIS0.4', 50), word('12.5'), word('MI', 90)])).toBeUndefined();
  });

  it('is not known past the time', async () => {
    await expect(residueOf([word('LEFT')], -1)).rejects.toMatchObject({ code: 'SCRUBBING_RESIDUAL' });
  });
});

describe('an output that passes the second look', () => {
  const through = async (words: readonly FoundWord[]) => {
    const gathering = gatherIdentity(BASIC, 0);
    await readElements(chunksOf(file), gathering.note);
    const finders = { find: () => Promise.resolve(words), close: () => Promise.resolve() };
    const tools = { codecs, finders, timeoutMs: 60_000 };
    const look = { tools, identity: gathering.identity(), chinese: false };
    return bytesOf(lookAgain(chunksOf(file, 100), look));
  };

  it('is the same', async () => {
    expect(await through([word('LEFT')])).toEqual(file);
    expect(await bytesOf(lookAgain(chunksOf(file, 100), undefined))).toEqual(file);
  });

  it('does not come to its end where the person is shown', async () => {
    await expect(through([word('Musterfrau')])).rejects.toMatchObject({
      code: 'SCRUBBING_RESIDUAL',
      detail: 'an identifying name of the original is still there, in the pixels',
    });
  });
});

describe('a stream with a second reader', () => {
  it('is read by it piece by piece', async () => {
    const tee = openTee();
    const read = (async () => {
      const seen: number[] = [];
      for await (const chunk of tee.stream) seen.push(chunk.length);
      return seen;
    })();
    for (const size of [3, 1, 2]) await tee.add(new Uint8Array(size));
    tee.end();
    expect(await read).toEqual([3, 1, 2]);
  });

  it('goes on where that one stops', async () => {
    const tee = openTee();
    const first = (async () => {
      for await (const chunk of tee.stream) return chunk.length;
      return 0;
    })();
    await tee.add(new Uint8Array(3));
    await tee.add(new Uint8Array(4));
    expect(await first).toBe(3);
    tee.end();
  });
});
