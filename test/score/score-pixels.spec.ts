import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodecs } from '@sluice/dicom';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { burnedIn } from './corpus/burned-in.ts';
import { EXPECTED_ROWS } from './expectation/expectation.ts';
import { recallOf, shareBetween } from './report/recall.ts';
import { newMisses, resultOf } from './report/results.ts';
import { doorsIn } from './run/doors.ts';
import { deidentifyInProcess } from './run/in-process.ts';
import { shippedProfiles } from './run/profiles.ts';
import { type ProfileScore, runScore } from './score.ts';

/** Less than the aim of `npm run score`, which has many more words: what must not get worse. */
const KEPT_AT_LEAST = 0.8;
const SCOPE = { sizes: [14, 22], backgrounds: ['black', 'noise', 'gradient'] } as const;

const codecs = createCodecs();
let folder: string;
let score: ProfileScore;

/** The short form of the score of pixels: six screens. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-score-'));
  for (const [name, value] of Object.entries(doorsIn(folder))) vi.stubEnv(name, value);
  const [only] = await runScore({
    ...{
      part: 'pixels',
      codecs,
      folder,
      rows: EXPECTED_ROWS,
      judgeIodOf: new Set(['research']),
      say: () => {},
    },
    corpus: await Array.fromAsync(burnedIn(SCOPE, codecs)),
    profiles: await shippedProfiles(['research']),
    deidentify: deidentifyInProcess,
  });
  score = only as ProfileScore;
}, 300_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await codecs.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the score of words in pixels', () => {
  it('hides each of the person', () => {
    expect(score.held).toEqual([]);
    const { right, total } = shareBetween(recallOf(score).masked, 0, Infinity);
    expect(total).toBe(36);
    expect(right).toBe(total);
  });

  it('keeps technical ones', () => {
    const { right, total } = shareBetween(recallOf(score).kept, 0, Infinity);
    expect(total).toBe(36);
    expect(right / total).toBeGreaterThanOrEqual(KEPT_AT_LEAST);
  });

  it('leaves headers without a miss', () => {
    expect(newMisses([resultOf(score)])).toEqual([]);
  });
});
