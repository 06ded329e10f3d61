import type { ProfileScore } from '../score.ts';
import { type Recall, shareBetween } from './recall.ts';

/** One aim: for words in pixels, or for files. */
export interface Aim {
  readonly measure: string;
  readonly right: number;
  readonly total: number;
  readonly atLeast: number;
}

const SMALL = [9, 12] as const;
const LARGE = [13, Number.POSITIVE_INFINITY] as const;

/** The aims that a run has words or files for. Of words, what was held is neither right nor wrong. */
export function aimsOf(recalls: readonly Recall[], profiles: readonly ProfileScore[]): Aim[] {
  const files = profiles.flatMap(({ profile, wellFormed }) => {
    if (!wellFormed || !profile.startsWith('real')) return [];
    const { released, total } = wellFormed;
    return [{ measure: `${profile}: well-formed files released`, right: released, total, atLeast: 0.97 }];
  });
  const words = recalls
    .flatMap(({ profile, masked, sideways, kept }) => [
      {
        measure: `${profile}: words of 13 px and more hidden`,
        ...shareBetween(masked, ...LARGE),
        atLeast: 0.99,
      },
      { measure: `${profile}: words of 9 to 12 px hidden`, ...shareBetween(masked, ...SMALL), atLeast: 0.95 },
      {
        measure: `${profile}: words of 13 px and more that run up or down hidden`,
        ...shareBetween(sideways, ...LARGE),
        atLeast: 0.99,
      },
      {
        measure: `${profile}: words of the keep list kept`,
        ...shareBetween(kept, SMALL[0], LARGE[1]),
        atLeast: 0.99,
      },
    ])
    .filter(({ total }) => total > 0);
  return [...words, ...files];
}

export function isMet({ right, total, atLeast }: Aim): boolean {
  return right / total >= atLeast;
}
