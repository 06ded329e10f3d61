import type { Codecs } from '@sluice/dicom';
import type { CorpusObject, PlantedWord } from '../corpus/corpus.types.ts';
import type { Check } from './check.types.ts';
import { decodeFrames, type Samples, shadeOf } from './decode-frames.ts';

/** Of a word's edges, this much may be left where it must be hidden, and must be left where it stays. */
const HIDDEN = 0.1;
const KEPT = 0.9;
/** A mask may reach this far around a word, in parts of its height. */
const REACH = 1;
/** Pixels outside of every word that may be masked by mistake before it counts: none. */
const NO_CHANGE = 0;

/** Checks of what was drawn into an object, frame by frame: the decoded original beside the decoded output. */
export async function judgePixels(
  { sheet, file }: CorpusObject,
  output: string,
  codecs: Codecs,
): Promise<Check[]> {
  if (sheet.words.length === 0) return [];
  const [before, after] = [await decodeFrames(file, codecs), await decodeFrames(output, codecs)];
  const frames = before.map((frame, at) => ({ before: frame, after: after[at] }));
  if (before.length !== after.length)
    return [{ kind: 'pixels-retained', at: 'frames', passed: false, found: String(after.length) }];
  return frames.flatMap(({ before: was, after: is }, at) => {
    if (!is || !isSameShape(was, is))
      return [{ kind: 'pixels-retained' as const, at: `frame ${at}`, passed: false, found: 'another shape' }];
    const words = sheet.words.filter(({ frame }) => frame === 'all' || frame === at);
    // Of a real file nobody knows all the words.
    const rest = words.some(({ background }) => background === 'real')
      ? []
      : [judgeRest(words, { was, is, at })];
    return [...words.flatMap((word) => judgeWord(word, { was, is, at })), ...rest];
  });
}

interface Pair {
  readonly was: Samples;
  readonly is: Samples;
  readonly at: number;
}

function judgeWord(word: PlantedWord, { was, is, at }: Pair): Check[] {
  const { text, box, sizePx, background, expected } = word;
  if (expected === 'optional') return [];
  const left = contrastLeft(box, was, is);
  const passed = expected === 'mask' ? left <= HIDDEN : left >= KEPT;
  return [
    {
      kind: expected === 'mask' ? 'pixels-hidden' : 'pixels-retained',
      at: `${sizePx} px on ${background}${word.runs ? `, running ${word.runs}` : ''}, frame ${at}: ${text}`,
      ...{ passed, word: { sizePx, expected, isSideways: word.runs !== undefined } },
      ...(!passed && { found: `${Math.round(left * 100)} % of its edges` }),
    },
  ];
}

/** A sample counts as unchanged within this part of the box's range: colours may have been converted. */
const TOLERANCE = 0.02;

/** Share of a word's edges that are left: ink and the ground beside it, both as they were. */
export function contrastLeft(box: PlantedWord['box'], was: Samples, is: Samples): number {
  const shades = pixelsIn(box).map(([x, y]) => shadeOf(was, x, y));
  const [low, high] = [Math.min(...shades), Math.max(...shades)];
  const isBright = shades.map((shade) => shade > (low + high) / 2);
  const same = pixelsIn(box).map(
    ([x, y], at) => Math.abs(shadeOf(is, x, y) - (shades[at] ?? 0)) <= (high - low) * TOLERANCE,
  );
  let [edges, left] = [0, 0];
  const look = (at: number, beside: number): void => {
    if (isBright[at] === isBright[beside]) return;
    edges += 1;
    if (same[at] && same[beside]) left += 1;
  };
  for (let at = 0; at < shades.length; at += 1) {
    if ((at + 1) % box.width !== 0) look(at, at + 1);
    if (at + box.width < shades.length) look(at, at + box.width);
  }
  return edges === 0 ? 0 : left / edges;
}

/** Outside of what had to go every sample is as it was. */
function judgeRest(words: readonly PlantedWord[], { was, is, at }: Pair): Check {
  const masked = words.filter(({ expected }) => expected !== 'keep').map(reachOf);
  const allowed = new Uint8Array(was.rows * was.columns);
  for (const box of masked) {
    for (const [x, y] of pixelsIn(box)) if (x < was.columns && y < was.rows) allowed[y * was.columns + x] = 1;
  }
  let changed = 0;
  for (let pixel = 0; pixel < allowed.length; pixel += 1) {
    if (allowed[pixel] === 1) continue;
    for (let sample = 0; sample < was.perPixel; sample += 1) {
      if (was.values[pixel * was.perPixel + sample] === is.values[pixel * was.perPixel + sample]) continue;
      changed += 1;
      break;
    }
  }
  const passed = changed <= NO_CHANGE;
  return {
    kind: 'pixels-retained',
    at: `frame ${at}, the rest`,
    passed,
    ...(!passed && { found: `${changed} pixels changed` }),
  };
}

function reachOf({ box: { x, y, width, height }, runs }: PlantedWord): PlantedWord['box'] {
  const reach = Math.ceil((runs ? width : height) * REACH);
  const [left, top] = [Math.max(0, x - reach), Math.max(0, y - reach)];
  return { x: left, y: top, width: x + width + reach - left, height: y + height + reach - top };
}

function pixelsIn({ x, y, width, height }: PlantedWord['box']): [x: number, y: number][] {
  return Array.from({ length: width * height }, (_, at) => [x + (at % width), y + Math.floor(at / width)]);
}

function isSameShape(a: Samples, b: Samples): boolean {
  return a.rows === b.rows && a.columns === b.columns && a.perPixel === b.perPixel;
}
