import { fold } from '../../words/fold.js';

/** What OCR makes of the units of a measurement: of `cm` a `¢m`, of `kVp` behind two or three digits a `:Vp`, `6Vp` or `Vp`. */
const MISREAD_UNITS: readonly (readonly [RegExp, string])[] = [
  [/(?<=\d\s?)¢c?/g, 'c'],
  [/(?<=^[1-9]\d{1,2})[06:;|]?v[pP]$/i, 'kVp'],
];

/** The text with the units that it must have meant. */
export function withUnits(text: string): string {
  return MISREAD_UNITS.reduce((said, [misread, unit]) => said.replace(misread, unit), text);
}

/** Signs that small print makes one of, each group by its first: what OCR confuses at 9 to 12 pixels. */
const GROUPS = ['o0q', 'il1|!', 's5$', 'b8', 'z2', 'vu', 'g9', 'ce'];
const LOOKS = new Map(
  GROUPS.flatMap((group) => [...group].map((sign) => [sign, group[0] as string] as const)),
);

const SHORT_WORD = 3;
const LONG_WORD = 7;
/** Letters that small print makes of digits. */
const DIGITS: Readonly<Record<string, string>> = {
  o: '0',
  q: '0',
  i: '1',
  l: '1',
  z: '2',
  s: '5',
  e: '6',
  b: '8',
  g: '9',
};

/**
 * What two bad readings of one text have in common: letters and digits alone, which digit left open, and letters that may be one, too.
 * `MI0.6` and `MIOE` have one shape. What has no other letter keeps its letters: not every `Lee` may be a `166`.
 */
export function shapeOf(text: string): string {
  const plain = fold(withUnits(text)).replace(/[^\p{L}\p{N}]+/gu, '');
  const looks = [...plain].map((sign) => DIGITS[sign] ?? sign).join('');
  return (/\p{L}/u.test(looks) ? looks : plain).replace(/\d/g, '9');
}

/** True for two shapes that may be of one text, though one of them lost or gained a letter, or two of a long word. */
export function mayBeOneText(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  const most = shorter < SHORT_WORD ? 0 : shorter < LONG_WORD ? 1 : 2;
  return distance(one, other, most) <= most;
}

/** The word as it looks: without case and diacritics, look-alike signs as one. `PELUIS` looks like `pelvis`, `0B` like `OB`. */
export function skeletonOf(word: string): string {
  return [...fold(word)].map((sign) => LOOKS.get(sign) ?? sign).join('');
}

/** Edit distance (Levenshtein); gives up above `most`. */
export function distance(a: string, b: string, most: number): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      now.push(
        Math.min((before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1, (before[column - 1] ?? 0) + same),
      );
    }
    if (Math.min(...now) > most) return most + 1;
    before = now;
  }
  return before[b.length] ?? 0;
}
