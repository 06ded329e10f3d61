import type { FoundWord } from '../ocr/text-finder.js';
import { type Kind, kindOfText, type Owner } from './judge-text.js';
import type { Place } from './places.js';

/** A reading of few letters must be sure before it may stay: noise and initials look like a short word soon. */
const LEAST_CONFIDENCE = [101, 60, 45, 30, 25, 20] as const;
const LEAST_CONFIDENCE_LONG = 15;
/** By so much surer a reader must be of small print as it is than of a close-up of it. Measured on planted words of 9 to 14 px. */
const CLOSE_UP = 25;
/** Of the width of a reading: where this much was read better, it counts no more. */
const COVERED = 0.7;
const COVERED_HERE = 0.5;

type Reading = FoundWord & { readonly kind: Kind };

/** What a place is: of the person if any reading is, allowed if a reading is and no better one is not. */
export function kindOfPlace({ readings }: Place, owner: Owner): Kind {
  const kinds = readings.map((word): Reading => ({ ...word, kind: kindOfText(word.text, owner) }));
  if (kinds.some(({ kind }) => kind === 'named')) return 'named';
  const all = kinds.filter((one) => isAllowed(one, kinds));
  const allowed = all.find(({ closeUp }) => closeUp) ?? all[0];
  if (!allowed) return 'unknown';
  const doubted = kinds.some(
    (one) =>
      one.kind === 'unknown' &&
      /[\p{L}\p{N}]{2}/u.test(one.text) &&
      (isBetter(one, allowed) || shareCovered(one, all) < COVERED_HERE),
  );
  return doubted ? 'unknown' : allowed.kind;
}

/**
 * Readings without those in whose place others read what is allowed, and read it better: of `MI 0.6` in small print one pass makes `Mos`. What
 * is like the person is never left out.
 */
export function withoutMisread(words: readonly FoundWord[], owner: Owner): readonly FoundWord[] {
  const readings = words.map((word): Reading => ({ ...word, kind: kindOfText(word.text, owner) }));
  const allowed = readings.filter((one) => isAllowed(one, readings));
  return words.filter((word, at) => {
    const own = readings[at] as Reading;
    if (own.kind === 'named' || isAllowed(own, readings)) return true;
    const better = allowed.filter((one) => isBeside(one.box, word.box) && isBetter(one, own));
    return shareCovered(word, better) < COVERED;
  });
}

function isAllowed(one: Reading, others: readonly Reading[]): boolean {
  if (one.kind === 'unknown' || one.kind === 'named') return false;
  return one.confidence >= leastConfidence(one.text) || others.some((other) => agree(one, other));
}

/** Two ways to read it say the same: as good as one that is sure. */
function agree(one: Reading, other: Reading): boolean {
  return (
    one.text === other.text &&
    one.text.length >= 2 &&
    one.closeUp !== other.closeUp &&
    isBeside(one.box, other.box) &&
    shareCovered(one, [other]) > 0.5
  );
}

function isBetter(one: FoundWord, other: FoundWord): boolean {
  return weightOf(one) > weightOf(other);
}

function weightOf({ confidence, closeUp }: FoundWord): number {
  return confidence + (closeUp ? CLOSE_UP : 0);
}

function leastConfidence(text: string): number {
  const { length } = text.match(/[\p{L}\p{N}]/gu) ?? [];
  return LEAST_CONFIDENCE[length ?? 0] ?? LEAST_CONFIDENCE_LONG;
}

function isBeside(a: FoundWord['box'], b: FoundWord['box']): boolean {
  const shared = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return shared >= 0.5 * Math.min(a.height, b.height);
}

/** Share of the width of a word over which others lie; words of one pass do not lie over each other. */
function shareCovered({ box }: FoundWord, others: readonly FoundWord[]): number {
  const spans = others
    .map(
      (other) =>
        [Math.max(box.x, other.box.x), Math.min(box.x + box.width, other.box.x + other.box.width)] as const,
    )
    .filter(([from, to]) => to > from)
    .sort(([a], [b]) => a - b);
  let [covered, end] = [0, box.x];
  for (const [from, to] of spans) {
    covered += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return covered / Math.max(1, box.width);
}
