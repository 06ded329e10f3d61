import type { ProfileScore } from '../score.ts';

/** Words of one size: in all, done right, and in objects that were held. */
export interface Share {
  readonly sizePx: number;
  readonly total: number;
  readonly right: number;
  readonly held: number;
}

/** What became of words in pixels. */
export interface Recall {
  readonly profile: string;
  /** Words that had to go, by size. */
  readonly masked: readonly Share[];
  /** Words that had to go and run up or down the image. */
  readonly sideways: readonly Share[];
  /** Words that had to stay. */
  readonly kept: readonly Share[];
}

/** Counts the words of a profile's outputs; each frame counts. */
export function recallOf({ profile, checks, held }: ProfileScore): Recall {
  const shares = {
    mask: new Map<number, Share>(),
    sideways: new Map<number, Share>(),
    keep: new Map<number, Share>(),
  };
  const add = (of: keyof typeof shares, sizePx: number, more: Partial<Share>): void => {
    const known = shares[of].get(sizePx) ?? { sizePx, total: 0, right: 0, held: 0 };
    const sum = (key: 'total' | 'right' | 'held') => known[key] + (more[key] ?? 0);
    shares[of].set(sizePx, { sizePx, total: sum('total'), right: sum('right'), held: sum('held') });
  };
  for (const { word, passed } of checks)
    if (word)
      add(word.isSideways ? 'sideways' : word.expected, word.sizePx, { total: 1, right: passed ? 1 : 0 });
  for (const { words } of held)
    for (const { expected, sizePx, runs } of words)
      if (expected !== 'optional') add(runs ? 'sideways' : expected, sizePx, { total: 1, held: 1 });
  const sorted = (of: ReadonlyMap<number, Share>) => [...of.values()].sort((a, b) => a.sizePx - b.sizePx);
  return {
    profile,
    masked: sorted(shares.mask),
    sideways: sorted(shares.sideways),
    kept: sorted(shares.keep),
  };
}

/** Shares of a range of sizes as one; released objects only. */
export function shareBetween(
  shares: readonly Share[],
  least: number,
  most: number,
): { right: number; total: number } {
  const some = shares.filter(({ sizePx }) => sizePx >= least && sizePx <= most);
  return {
    right: some.reduce((sum, { right }) => sum + right, 0),
    total: some.reduce((sum, { total, held }) => sum + total - held, 0),
  };
}
