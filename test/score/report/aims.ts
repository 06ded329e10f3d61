import { type Recall, shareBetween } from './recall.ts';

/** One aim for words in pixels. */
export interface Aim {
  readonly measure: string;
  readonly right: number;
  readonly total: number;
  readonly atLeast: number;
}

const SMALL = [9, 12] as const;
const LARGE = [13, Number.POSITIVE_INFINITY] as const;

/** The aims that a run has words for. What was held is neither right nor wrong. */
export function aimsOf(recalls: readonly Recall[]): Aim[] {
  return recalls
    .flatMap(({ profile, masked, kept }) => [
      {
        measure: `${profile}: words of 13 px and more hidden`,
        ...shareBetween(masked, ...LARGE),
        atLeast: 0.99,
      },
      { measure: `${profile}: words of 9 to 12 px hidden`, ...shareBetween(masked, ...SMALL), atLeast: 0.95 },
      {
        measure: `${profile}: words of the keep list kept`,
        ...shareBetween(kept, SMALL[0], LARGE[1]),
        atLeast: 0.99,
      },
    ])
    .filter(({ total }) => total > 0);
}

export function isMet({ right, total, atLeast }: Aim): boolean {
  return right / total >= atLeast;
}
