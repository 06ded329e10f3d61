import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openModels, type LoadedModel } from '../model/open-models.js';
import { pngOf } from '../results/picture/png.js';
import { tinyFolder, type TinyFolder } from '../testing/tiny-folder.js';
import { evaluateFolder } from './evaluate-folder.js';

const SIDE = 64;

let root: string;
let folder: string;
let tiny: TinyFolder;
let model: LoadedModel;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-evaluate-'));
  tiny = await tinyFolder();
  [model] = (await openModels(tiny.settings)) as [LoadedModel];
});
afterAll(async () => {
  await model.runner.close();
  await tiny.remove();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'data-'));
  await mkdir(join(folder, 'images'));
  await mkdir(join(folder, 'masks'));
});

/** A bright disc on dark ground, and where it is. */
async function disc(name: string, radius: number, shift = 0) {
  const isIn = (at: number, by: number) =>
    Math.hypot((at % SIDE) - 32 - by, Math.floor(at / SIDE) - 32) < radius;
  const picture = (light: number, dark: number, by: number) => {
    const grey = Array.from({ length: SIDE * SIDE }, (_, at) => (isIn(at, by) ? light : dark));
    return pngOf({
      width: SIDE,
      height: SIDE,
      data: Buffer.from(grey.flatMap((one) => [one, one, one])),
    });
  };
  const [image, mask] = [picture(250, 10, 0), picture(255, 0, shift)];
  await writeFile(join(folder, 'images', name), image);
  await writeFile(join(folder, 'masks', name), mask);
  return { image, mask };
}

const HEAD = 'id\tpatient\tfold\tpathology\timage\tmask\timage_sha256\tmask_sha256';
const line = (name: string, { fold = '1', pathology = 'benign', digest = '' } = {}) =>
  [name, `p-${name}`, fold, pathology, `images/${name}.png`, `masks/${name}.png`, digest, ''].join('\t');
const manifest = (...lines: string[]) =>
  writeFile(join(folder, 'MANIFEST.tsv'), [HEAD, ...lines, ''].join('\n'));
const evaluate = (where?: { column: string; values: string[] }) =>
  evaluateFolder(model, folder, { atOnce: 3, ...(where && { where }) });
const refusal = () =>
  evaluate().catch((error: { code: string; detail: string }) => `${error.code} ${error.detail}`);

describe('a folder of pictures and masks', () => {
  it('is scored on the way that objects go', async () => {
    await disc('a.png', 12);
    await disc('b.png', 20);
    await disc('c.png', 10, 26);
    await manifest(line('a'), line('b', { pathology: 'malignant' }), line('c'));
    const figures = await evaluate();
    expect(figures).toMatchObject({ n: 3, groups: 3, missed: 1 });
    const good = await evaluate({ column: 'id', values: ['a', 'b'] });
    expect(good.n).toBe(2);
    expect(good.dice).toBeGreaterThan(0.85);
    expect(good.longAxisErrorMedian).toBeLessThan(0.1);
    // The larger disc is the brighter picture, and the tiny model takes that for malignant.
    expect(good.auc).toBe(1);
    for (const name of ['dice', 'auc', 'longAxisErrorMedian', 'ece', 'missed'] as const) {
      const [low, high] = figures.intervals[name];
      expect(low).toBeLessThanOrEqual(high);
    }
    expect(figures.dataDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is refused when it is not what its manifest says', async () => {
    expect(await refusal()).toMatch(/INFERENCE_DATA_INVALID there is no manifest/);
    await manifest();
    expect(await refusal()).toMatch(/no rows/);
    await disc('a.png', 12);
    await manifest(line('a'), line('a'));
    expect(await refusal()).toMatch(/twice/);
    await manifest(line('a', { pathology: 'unknown' }));
    expect(await refusal()).toMatch(/classes/);
    await manifest(line('a', { digest: createHash('sha256').update('other').digest('hex') }));
    expect(await refusal()).toMatch(/not the one/);
    await manifest(line('missing'));
    expect(await refusal()).toMatch(/missing/);
    await manifest(line('../../x'));
    expect(await refusal()).toMatch(/missing|outside/);
  });

  it('reads nothing outside itself', async () => {
    await disc('a.png', 12);
    await rm(join(folder, 'images', 'a.png'));
    await symlink('/etc/hostname', join(folder, 'images', 'a.png'));
    await manifest(line('a'));
    expect(await refusal()).toMatch(/outside/);
  });

  it('with an empty mask, or one of another size, gives no figure', async () => {
    await disc('a.png', 0);
    await manifest(line('a'));
    expect(await refusal()).toMatch(/empty/);
    await writeFile(join(folder, 'masks', 'a.png'), pngOf({ width: 2, height: 2, data: Buffer.alloc(12) }));
    expect(await refusal()).toMatch(/differ/);
  });
});
