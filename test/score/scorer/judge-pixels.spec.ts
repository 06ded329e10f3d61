import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createCodecs, maskPart10 } from '@sluice/dicom';
import type { Rectangle } from '@sluice/dicom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { burnedIn } from '../corpus/burned-in.ts';
import type { CorpusObject } from '../corpus/corpus.types.ts';
import { PIXEL_FORMS } from '../corpus/encode-frames.ts';
import { judgePixels } from './judge-pixels.ts';

const codecs = createCodecs();
let folder: string;
let objects: CorpusObject[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-score-'));
  const scope = { sizes: [10, 16, 28], backgrounds: ['black', 'noise', 'gradient', 'white'] } as const;
  objects = await Array.fromAsync(burnedIn(scope, codecs));
}, 120_000);
afterAll(async () => {
  await codecs.close();
  await rm(folder, { recursive: true });
});

/** The object with these rectangles blacked out by hand. */
async function judged(object: CorpusObject, rectangles: readonly Rectangle[]) {
  const file = join(folder, `${object.sheet.name}.dcm`);
  const masked = maskPart10(Readable.from([object.file]), { codecs, rectangles: () => rectangles });
  await writeFile(file, Buffer.concat(await Array.fromAsync(masked)));
  const checks = await judgePixels(object, file, codecs);
  return checks.filter(({ passed }) => !passed).map(({ kind, at }) => `${kind} ${at.replace(/.*: /, '')}`);
}

const boxesOf = ({ sheet }: CorpusObject, expected = 'mask') =>
  sheet.words.filter((word) => word.expected === expected).map(({ box }) => box);

describe('masks made by hand', () => {
  it('in every syntax, of every size: exact ones miss nothing', async () => {
    expect(objects).toHaveLength(PIXEL_FORMS.length);
    for (const object of objects) {
      expect(boxesOf(object).length).toBeGreaterThan(1);
      expect([object.sheet.name, await judged(object, boxesOf(object))]).toEqual([object.sheet.name, []]);
    }
  }, 120_000);

  it('one that leaves a word, half a word, or the lower third of it is found', async () => {
    for (const object of objects.slice(0, 4)) {
      const [first, ...others] = boxesOf(object) as [Rectangle, ...Rectangle[]];
      const text = object.sheet.words.find(({ box }) => box === first)?.text;
      const half = { ...first, width: Math.floor(first.width / 2) };
      const upper = { ...first, height: Math.floor((first.height * 2) / 3) };
      for (const wrong of [[], [half], [upper]])
        expect(await judged(object, [...wrong, ...others])).toEqual([`pixels-hidden ${text}`]);
    }
  }, 120_000);

  it('one that takes a word of the keep list, or a corner of the picture, is found', async () => {
    for (const object of objects.slice(4, 8)) {
      const kept = object.sheet.words.find(({ expected }) => expected === 'keep');
      const missed = await judged(object, [
        ...boxesOf(object),
        kept?.box ?? { x: 0, y: 0, width: 1, height: 1 },
      ]);
      expect(missed).toContain(`pixels-retained ${kept?.text}`);
      const corner = await judged(object, [...boxesOf(object), { x: 600, y: 390, width: 30, height: 8 }]);
      expect(object.sheet.name.includes('black') ? [] : corner).toEqual(
        object.sheet.name.includes('black') ? [] : ['pixels-retained frame 0, the rest'],
      );
    }
  }, 120_000);
});
