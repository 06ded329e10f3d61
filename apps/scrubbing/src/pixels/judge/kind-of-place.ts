import type { CloseUpWay, FoundWord } from '../ocr/text-finder.js';
import { type Kind, kindOfText, type Owner } from './judge-text.js';
import { mayBeOneText, shapeOf, skeletonOf } from './look-alikes.js';
import { lettersIn } from './letters-in.js';
import { type Place, sharedHeight } from './places.js';

/** A reading of few letters must be sure before it may stay: noise and initials look like a short word soon. */
const LEAST_CONFIDENCE = [101, 60, 45, 30, 25, 20] as const;
const LEAST_CONFIDENCE_LONG = 15;
/** By so much surer a reader must be of small print as it is than of a close-up of it. Measured on planted words of 9 to 14 px. */
const CLOSE_UP = 25;
/** And by so much than of what two ways to read it say alike: a reader that is sure of something else still has its say. */
const CONFIRMED = 60;
/** Ways that may be believed alone; the others only confirm or deny: who reads often enough reads what may stay at last. */
const ALONE: ReadonlySet<CloseUpWay | undefined> = new Set([undefined, 'even']);
/** One sign, or two digits: anything is read as such. */
const TOO_SHORT = /^(?:.|\d\d)$/u;
const LONG_ENOUGH = 5;
/** From here on a close-up has its say. */
const HEARD = 40;
/** A pass over the whole picture that is so sure is not overruled by close-ups that are less. */
const SURE = 80;
/** Of the width of a reading: where this much was read better, it counts no more. */
const COVERED = 0.7;
const COVERED_HERE = 0.5;

/** One reading beside the others of its place. */
interface Reading extends FoundWord {
  readonly kind: Kind;
  readonly shape: string;
  /** How much it counts. */
  readonly weight: number;
  /** Nothing speaks against it but another reading. */
  readonly allowed: boolean;
  /** Two ways to read it say the same, and what nobody minds. */
  readonly shared: boolean;
}

/** A reading before it is weighed. */
type Judged = Omit<Reading, 'weight' | 'allowed' | 'shared'>;

/** What a place is: of the person if any reading is, allowed if a reading is and no better one is not. */
export function kindOfPlace({ readings }: Place, owner: Owner): Kind {
  const weighed = weigh(readings, owner);
  if (weighed.some(({ kind }) => kind === 'named')) return 'named';
  const all = weighed.filter(({ allowed }) => allowed);
  const [first] = all;
  if (!first) return 'unknown';
  const best = all.reduce((heaviest, one) => (one.weight > heaviest.weight ? one : heaviest), first);
  const doubted = weighed.some(
    (one) =>
      one.kind === 'unknown' &&
      /[\p{L}\p{N}]{2}/u.test(one.text) &&
      (isHeavier(one, best) || shareCovered(one, all) < COVERED_HERE),
  );
  return doubted ? 'unknown' : best.kind;
}

/**
 * Readings without those in whose place others read what is allowed, and read it better: of `MI 0.6` in small print one pass makes `Mos`. What
 * is like the person is never left out.
 */
export function withoutMisread(words: readonly FoundWord[], owner: Owner): readonly FoundWord[] {
  const weighed = weigh(words, owner);
  const allowed = weighed.filter((one) => one.allowed);
  return words.filter((word, at) => {
    const own = weighed[at] as Reading;
    if (own.kind === 'named' || own.allowed) return true;
    const better = allowed.filter((one) => isBeside(one.box, word.box) && isBetter(one, own));
    return shareCovered(word, better) < COVERED;
  });
}

function weigh(words: readonly FoundWord[], owner: Owner): Reading[] {
  const judged = words.map((word) => {
    return { ...word, kind: kindOfText(word.text, owner), shape: shapeOf(word.text) };
  });
  return judged.map((one): Reading => {
    const { confidence, closeUp, kind } = one;
    const alike = judged.filter((other) => agree(one, other));
    const shared = canBeShared(one) && alike.some((other) => confirms(other, one));
    const weight = confidence + (closeUp ? CLOSE_UP : 0) + (alike.length > 0 ? CONFIRMED : 0);
    const sure = ALONE.has(closeUp) && confidence >= leastConfidence(one.text);
    const allowed = isHarmless(kind) && (shared || sure);
    return { ...one, weight, allowed, shared };
  });
}

/** A short word that badly read ones have in common may be the beginning of a name; noise is read twice, too. */
function canBeShared({ kind, shape, text, confidence }: Judged): boolean {
  if (kind === 'device') return true;
  return kind === 'clinical' && shape.length >= LONG_ENOUGH && confidence >= leastConfidence(text) / 2;
}

/** Of a word, which can be a name, the second way must have read each letter or one that looks like it: many words have one shape. */
function confirms(other: Judged, one: Judged): boolean {
  if (one.kind === 'device') return isHarmless(other.kind);
  return canBeShared(other) && skeletonOf(other.text) === skeletonOf(one.text);
}

/** What may stay, if it is read well enough. */
export function isHarmless(kind: Kind): boolean {
  return kind === 'device' || kind === 'clinical';
}

/** Two ways to read it say the same, as far as small print shows it. */
function agree(one: Judged, other: Judged): boolean {
  return (
    one.closeUp !== other.closeUp &&
    one.shape === other.shape &&
    !TOO_SHORT.test(one.text) &&
    isBeside(one.box, other.box) &&
    shareCovered(one, [other]) > 0.5
  );
}

function isBetter(allowed: Reading, other: Reading): boolean {
  if (isContrary(other, allowed) || isSurer(other, allowed)) return false;
  return allowed.weight > other.weight || isMisreadOf(other, allowed);
}

function isHeavier(unknown: Reading, best: Reading): boolean {
  if (isContrary(unknown, best) || isSurer(unknown, best)) return true;
  return unknown.weight > best.weight && !isMisreadOf(unknown, best);
}

/** A pass over the whole picture that is sure of another word than one that may be a name: however many ways read that one, all badly. */
function isSurer({ closeUp, confidence }: Reading, allowed: Reading): boolean {
  return (
    closeUp === undefined &&
    confidence >= SURE &&
    allowed.kind === 'clinical' &&
    confidence > allowed.confidence
  );
}

/** A close-up that says something else, and not less of it. */
function isContrary({ closeUp, confidence, shape }: Reading, allowed: Reading): boolean {
  return closeUp !== undefined && confidence >= HEARD && shape.length >= allowed.shape.length;
}

/** Of what two ways read alike the third lost a letter or two: `Parable` where `Portable` stands, `M06` for `MI0.6`. Of a number it lost nothing. */
function isMisreadOf(one: Reading, allowed: Reading): boolean {
  return allowed.shared && one.shape.length < allowed.shape.length && mayBeOneText(one.shape, allowed.shape);
}

function leastConfidence(text: string): number {
  return LEAST_CONFIDENCE[lettersIn(text)] ?? LEAST_CONFIDENCE_LONG;
}

function isBeside(a: FoundWord['box'], b: FoundWord['box']): boolean {
  return sharedHeight(a, b) >= 0.5 * Math.min(a.height, b.height);
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
