import type { Rectangle } from '@sluice/dicom';
import { patternSpans } from '../../words/patterns.js';
import type { FoundWord } from '../ocr/text-finder.js';
import { boxSideways, SIDEWAYS, uprightWords } from '../ocr/turns.js';
import type { Kind, Owner } from './judge-text.js';
import { QUANTITY_WORDS } from './keep-words.table.js';
import { kindOfPlace, withoutMisread } from './kind-of-place.js';
import { skeletonOf } from './look-alikes.js';
import { touches } from '../look/changed-area.js';
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
 * cannot be read does not stay. What runs up or down the picture is judged by itself, as it stands when turned upright.
 */
export function boxesToMask(words: readonly FoundWord[], owner: Owner): MaskBox[] {
  const turned = SIDEWAYS.flatMap((runs) =>
    boxesOfUpright(uprightWords(words, runs), owner).map(({ sure, ...box }) => {
      return { ...boxSideways(box, runs), sure };
    }),
  );
  return [...boxesOfUpright(uprightWords(words), owner), ...turned];
}

function boxesOfUpright(words: readonly FoundWord[], owner: Owner): MaskBox[] {
  const boxes: { readonly place: Place; readonly box: MaskBox }[] = [];
  const kept: Place[] = [];
  for (const line of linesOf(placesOf(joinHan(withoutMisread(words, owner))))) {
    const judged = withQuantities(
      line.map((place) => ({ place, kind: kindOfPlace(place, owner) })),
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
    kept.push(...judged.filter((one) => !masked.has(one)).map(({ place }) => place));
  }
  return boxes.map(({ place, box }) => kept.reduce((rest, one) => besides(one, { place, box: rest }), box));
}

/** The margin of a mask does not reach into what stays; what was read does. */
function besides(kept: Place, { place, box }: { readonly place: Place; readonly box: MaskBox }): MaskBox {
  const { x, y, width, height } = kept.box;
  if (!touches(kept.box, box) || touches(kept.box, place.box)) return box;
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  if (x >= place.box.x + place.box.width) return { ...box, width: x - box.x };
  if (x + width <= place.box.x) return { ...box, x: x + width, width: right - x - width };
  if (y >= place.box.y + place.box.height) return { ...box, height: y - box.y };
  return { ...box, y: y + height, height: bottom - y - height };
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
function joined(places: readonly Place[]): { readonly place: Place; readonly box: MaskBox }[] {
  return places.map((place, at) => {
    const before = places[at - 1];
    const sure = place.readings.some(({ confidence }) => confidence >= SURE);
    if (!before || !areClose(before, place)) return { place, box: { ...grown(place), sure } };
    const both = { ...place, box: around(before.box, place.box) };
    return { place: both, box: { ...around(grown(before), grown(place)), sure } };
  });
}

/** With a margin; on both sides a letter more where the reading was poor, as then its ends are. */
function grown({ box: { x, y, width, height }, readings }: Place): Rectangle {
  const margin = MARGIN + Math.round(height / 10);
  const poor = readings.every(({ confidence }) => confidence < POOR);
  const beside = margin + Math.round(poor ? height : height / 4);
  return { x: x - beside, y: y - margin, width: width + 2 * beside, height: height + 2 * margin };
}
