import { fold } from '../../words/fold.js';

/** Signs that small print makes one of, each group by its first: what OCR confuses at 9 to 12 pixels. */
const GROUPS = ['o0q', 'il1|!', 's5$', 'b8', 'z2', 'vu', 'g9', 'ce'];
const LOOKS = new Map(
  GROUPS.flatMap((group) => [...group].map((sign) => [sign, group[0] as string] as const)),
);

/** The word as it looks: without case and diacritics, look-alike signs as one. `PELUIS` looks like `pelvis`, `0B` like `OB`. */
export function skeletonOf(word: string): string {
  return [...fold(word)].map((sign) => LOOKS.get(sign) ?? sign).join('');
}
