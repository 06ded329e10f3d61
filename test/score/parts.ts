import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { burnedIn, burnedInSideways, WHOLE } from './corpus/burned-in.ts';
import { headerCorpus } from './corpus/build-corpus.ts';
import type { CorpusObject } from './corpus/corpus.types.ts';
import { realFiles } from './corpus/real-files.ts';
import { optionProfiles, shippedProfiles } from './run/profiles.ts';
import type { OtherReader } from './scorer/other-readers.ts';
import { type ProfileScore, runScore, type ScoreRequest } from './score.ts';

export const PARTS = ['headers', 'pixels', 'real'] as const;
export type Part = (typeof PARTS)[number];

/** What the parts share. */
export type Ground = Pick<ScoreRequest, 'rows' | 'folder' | 'codecs' | 'deidentify' | 'say'> & {
  /** Where the public files are. */
  readonly realFolder: string;
  readonly readers: readonly OtherReader[];
};

/** Runs one part of the score, and says of what corpus it was. */
export async function runPart(
  part: Part,
  { readers, ...ground }: Ground,
): Promise<{ corpus: readonly CorpusObject[]; scores: readonly ProfileScore[] }> {
  const folder = join(ground.folder, part);
  await mkdir(folder);
  const inFolder = { ...ground, part, folder };
  switch (part) {
    case 'headers': {
      const corpus = headerCorpus(ground.rows);
      const profiles = [...(await shippedProfiles()), ...(await optionProfiles(folder))];
      const judgeIodOf = new Set(profiles.map(({ name }) => name));
      return { corpus, scores: await runScore({ ...inFolder, corpus, profiles, judgeIodOf }) };
    }
    case 'pixels': {
      const corpus = [
        ...(await Array.fromAsync(burnedIn(WHOLE, ground.codecs))),
        ...(await Array.fromAsync(burnedInSideways(ground.codecs))),
      ];
      return { corpus, scores: await inHalves(corpus, { ...inFolder, readers }) };
    }
    case 'real': {
      const corpus = realFiles(ground.realFolder);
      const profiles = await shippedProfiles(['basic', 'research']);
      const judgeIodOf = new Set(profiles.map(({ name }) => name));
      return corpus.length === 0
        ? { corpus, scores: [] }
        : { corpus, scores: await runScore({ ...inFolder, corpus, profiles, judgeIodOf, readers }) };
    }
  }
}

/** Reading pixels takes most of the time: two processes at once. */
async function inHalves(
  corpus: readonly CorpusObject[],
  ground: Omit<ScoreRequest, 'corpus' | 'profiles' | 'judgeIodOf'>,
): Promise<ProfileScore[]> {
  const profiles = await shippedProfiles(['research']);
  const halves = [0, 1].map(async (half) => {
    const folder = join(ground.folder, `half-${half}`);
    await mkdir(folder);
    const mine = corpus.filter((_, at) => at % 2 === half);
    return runScore({ ...ground, folder, corpus: mine, profiles, judgeIodOf: new Set(['research']) });
  });
  const [one, other] = (await Promise.all(halves)).map(([score]) => score);
  if (!one || !other) return [];
  return [
    {
      profile: one.profile,
      objects: one.objects + other.objects,
      released: one.released + other.released,
      held: [...one.held, ...other.held],
      checks: [...one.checks, ...other.checks],
      ...(one.wellFormed &&
        other.wellFormed && {
          wellFormed: {
            total: one.wellFormed.total + other.wellFormed.total,
            released: one.wellFormed.released + other.wellFormed.released,
          },
        }),
      seconds: Math.max(one.seconds, other.seconds),
    },
  ];
}
