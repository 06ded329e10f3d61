import type { Rectangle } from '@sluice/dicom';
import { patternSpans } from '../../words/patterns.js';
import type { FoundWord } from '../ocr/text-finder.js';
import { type Kind, kindOfText, type Owner } from './judge-text.js';
import { QUANTITY_WORDS } from './keep-words.table.js';
import { skeletonOf } from './look-alikes.js';
import { areClose, around, joinHan, linesOf, type Place, placesOf } from './places.js';

/** A box to black out; `sure`: there is writing in it, whatever it says. */
export interface MaskBox extends Rectangle {
  readonly sure: boolean;
}

/** A place and what it was judged to be. */
interface Judged {
  readonly place: Place;
  readonly kind: Kind;
}

/** A reading of few letters must be sure before it may stay: noise and initials look like a short word soon. */
const LEAST_CONFIDENCE = [101, 60, 45, 30, 25, 20] as const;
const LEAST_CONFIDENCE_LONG = 15;
/** Words that announce whose name or number follows. */
const LABEL =
  /^(?:name|patient|pat|pt|id|pid|mrn|dob|born|birth|acc|accession|operator|oper|physician|phys|ref|姓名|病人|患者|医生|编号)[.:：]?$/iu;
const AFTER_LABEL = 3;
const ALPHABETIC = /^\p{L}{3,}[.,]?$/u;
const MARGIN = 2;
const POOR = 70;
const SURE = 60;
const FOUR_DIGITS = /^\d{4}$/;

/**
 * The boxes of one picture that must be blacked out, by one rule: a place stays only if its surest reading is something that devices
 * print or a clinical word, no reading of it is like the person, and nothing around it makes it part of a name, a date or a number. What
 * cannot be read does not stay.
 */
export function boxesToMask(words: readonly FoundWord[], owner: Owner): MaskBox[] {
  const boxes: MaskBox[] = [];
  for (const line of linesOf(placesOf(joinHan(words)))) {
    const judged = withQuantities(
      line.map((place) => ({ place, kind: kindOf(place, owner) })),
      owner,
    );
    const masked = new Set<Judged>([
      ...judged.filter(({ kind }) => kind === 'named' || kind === 'unknown'),
      ...beside(judged),
      ...inPatterns(judged),
      ...afterLabels(judged),
      ...ofInstitutions(judged, owner),
    ]);
    boxes.push(...joined(judged.filter((one) => masked.has(one)).map(({ place }) => place)));
  }
  return boxes;
}

function kindOf({ readings }: Place, owner: Owner): Kind {
  const kinds = readings.map(({ text, confidence }) => ({ kind: kindOfText(text, owner), text, confidence }));
  if (kinds.some(({ kind }) => kind === 'named')) return 'named';
  const allowed = kinds.find(
    ({ kind, text, confidence }) => kind !== 'unknown' && confidence >= leastConfidence(text),
  );
  if (!allowed) return 'unknown';
  const doubted = kinds.some(
    ({ kind, confidence, text }) =>
      kind === 'unknown' && /[\p{L}\p{N}]{2}/u.test(text) && confidence > allowed.confidence,
  );
  return doubted ? 'unknown' : allowed.kind;
}

function leastConfidence(text: string): number {
  const { length } = text.match(/[\p{L}\p{N}]/gu) ?? [];
  return LEAST_CONFIDENCE[length ?? 0] ?? LEAST_CONFIDENCE_LONG;
}

/** `TR 4000`: a number of four digits stays behind a quantity, though it would not stay alone. */
function withQuantities(line: readonly Judged[], { seeds }: Owner): Judged[] {
  return line.map((one, at) => {
    const [before, text] = [textAt(line, at - 1), textAt(line, at)];
    const measured =
      one.kind === 'unknown' &&
      FOUR_DIGITS.test(text) &&
      !seeds.numbers(text) &&
      QUANTITY_WORDS.has(before.toUpperCase());
    return measured ? { ...one, kind: 'device' } : one;
  });
}

function textAt(line: readonly Judged[], at: number): string {
  return line[at]?.place.readings[0]?.text ?? '';
}

/** `SMITH LONG`: an allowed word in one phrase with a word that nobody knows is a part of a name. */
function beside(line: readonly Judged[]): Judged[] {
  return line.filter((one, at) => {
    if (one.kind !== 'clinical') return false;
    const [before, after] = [line[at - 1], line[at + 1]];
    return (
      (before && isNameLike(before) && areClose(before.place, one.place)) ||
      (after && isNameLike(after) && areClose(one.place, after.place))
    );
  });
}

function isNameLike({ kind, place }: Judged): boolean {
  if (kind === 'named') return true;
  return (
    kind === 'unknown' &&
    place.readings.some(({ text, confidence }) => confidence >= 60 && ALPHABETIC.test(text))
  );
}

/** Dates, times, telephone and record numbers, titles and ages, which may stand in several words. */
function inPatterns(line: readonly Judged[]): Judged[] {
  let text = '';
  const starts = line.map(({ place }) => {
    const start = text.length;
    text += `${place.readings[0]?.text ?? ''} `;
    return start;
  });
  const spans = patternSpans(text);
  return line.filter((one, at) => {
    const start = starts[at] as number;
    const end = start + (one.place.readings[0]?.text.length ?? 0);
    return spans.some((span) => span.start < end && span.end > start);
  });
}

function afterLabels(line: readonly Judged[]): Judged[] {
  return line.filter((one, at) =>
    line
      .slice(Math.max(0, at - AFTER_LABEL), at)
      .some(({ place }) => place.readings.some(({ text }) => LABEL.test(text))),
  );
}

/** `Chest Clinic`: two or more words of an institution of the header in its order. */
function ofInstitutions(line: readonly Judged[], { printed }: Owner): Judged[] {
  const looks = line.map(({ place }) =>
    place.readings.map(({ text }) => skeletonOf(text.replace(/[^\p{L}\p{M}]+/gu, ''))),
  );
  const has = (at: number, word: string | undefined) => word !== undefined && looks[at]?.includes(word);
  return line.filter((_, at) =>
    printed.phrases.some((phrase) =>
      phrase.some(
        (word, index) =>
          has(at, word) &&
          (phrase.length === 1 || has(at - 1, phrase[index - 1]) || has(at + 1, phrase[index + 1])),
      ),
    ),
  );
}

/** What stands between two words of a line that are masked goes with them. */
function joined(places: readonly Place[]): MaskBox[] {
  return places.map((place, at) => {
    const before = places[at - 1];
    const box = grown(place);
    const sure = place.readings.some(({ confidence }) => confidence >= SURE);
    return { ...(before && areClose(before, place) ? around(grown(before), box) : box), sure };
  });
}

/** With a margin; on both sides a letter more where the reading was poor, as then its ends are. */
function grown({ box: { x, y, width, height }, readings }: Place): Rectangle {
  const margin = MARGIN + Math.round(height / 10);
  const poor = readings.every(({ confidence }) => confidence < POOR);
  const beside = margin + Math.round(poor ? height : height / 4);
  return { x: x - beside, y: y - margin, width: width + 2 * beside, height: height + 2 * margin };
}
