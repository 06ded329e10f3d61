import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodecs } from '@sluice/dicom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { headerCorpus } from './corpus/build-corpus.ts';
import { expectedRows } from './expectation/expectation.ts';
import { rowsAt } from './corpus/header-rows.ts';
import { wronglyHeld } from './report/misses.ts';
import { newMisses, resultOf } from './report/results.ts';
import { doorsIn } from './run/doors.ts';
import { deidentifyInProcess } from './run/in-process.ts';
import { optionProfiles, shippedProfiles } from './run/profiles.ts';
import { type ProfileScore, runScore } from './score.ts';

const STANDARD = join(import.meta.dirname, '../../../shared/standard/ps3.15-e1-1.tsv');
const rows = expectedRows(existsSync(STANDARD) ? readFileSync(STANDARD, 'utf8') : undefined);
const AROUND = '52009229[0].';
const OPTIONS = 10;
const SHIPPED = 4;

/** Where a row that repeats is planted. */
const exampleOf = (tag: string): string =>
  tag === 'odd' ? '00110010' : tag.replace('50xxxxxx', '50003000').replaceAll('x', '0');

const codecs = createCodecs();
let folder: string;
let scores: ProfileScore[];

/** The short form of `npm run score`: every row, depth, option and shipped profile; a miss that nothing explains fails. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-score-'));
  for (const [name, value] of Object.entries(doorsIn(folder))) vi.stubEnv(name, value);
  scores = await runScore({
    ...{
      part: 'headers',
      codecs,
      rows,
      folder,
      corpus: headerCorpus(rows),
      judgeIodOf: new Set(['basic', 'research']),
    },
    profiles: [...(await shippedProfiles()), ...(await optionProfiles(folder))],
    deidentify: deidentifyInProcess,
    say: () => {},
  });
}, 300_000);
afterAll(async () => {
  await codecs.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('the score of headers', () => {
  it('is of every profile', () => expect(scores).toHaveLength(OPTIONS + SHIPPED));

  it.each([
    [0, ''],
    [1, AROUND],
    [3, `${AROUND}${AROUND}${AROUND}`],
  ])('is of every row that a file may hold at depth %i, under basic', (depth, path) => {
    const basic = scores.find(({ profile }) => profile === 'headers: basic');
    const places = new Set(
      basic?.checks.flatMap(({ object, at }) =>
        object === `rows-explicit-depth-${depth}` ? [at.slice(0, path.length + 8)] : [],
      ),
    );
    const expected = rowsAt(rows, depth as 0 | 1 | 3).map(({ tag }) => path + exampleOf(tag));
    expect(expected.length).toBeGreaterThan(645);
    expect(expected.filter((place) => !places.has(place))).toEqual([]);
  });

  it('has no leak, no fault, and no loss but the known', () => {
    const misses = newMisses(scores.map(resultOf));
    const lines = misses.map(({ profile, kind, row, found }) => `${profile}, ${kind}, ${row}: ${found}`);
    expect(lines).toEqual([]);
  });

  it('holds nothing that it should release', () => {
    expect(scores.flatMap(wronglyHeld)).toEqual([]);
  });
});
