import type { Codecs } from '@sluice/dicom';
import type { CorpusObject, PlantedWord } from '../corpus/corpus.types.ts';
import type { Check } from './check.types.ts';
import { decodeFrames, type Samples, shadeOf } from './decode-frames.ts';

/** Of a word's contrast, this much may be left where it must be hidden, and must be left where it stays. */
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
    return [...words.flatMap((word) => judgeWord(word, { was, is, at })), judgeRest(words, { was, is, at })];
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
      at: `${sizePx} px on ${background}, frame ${at}: ${text}`,
      ...{ passed, word: { sizePx, expected } },
      ...(!passed && { found: `${Math.round(left * 100)} % of its contrast` }),
    },
  ];
}

/** How much of the difference between ink and its ground is left in a box: 0 where all is one shade, 1 where nothing changed. */
export function contrastLeft(box: PlantedWord['box'], was: Samples, is: Samples): number {
  const shades = pixelsIn(box).map(([x, y]) => [shadeOf(was, x, y), shadeOf(is, x, y)] as const);
  const sorted = shades.map(([before]) => before).sort((a, b) => a - b);
  const middle = ((sorted[0] ?? 0) + (sorted.at(-1) ?? 0)) / 2;
  const means = (of: 0 | 1, bright: boolean) =>
    mean(shades.filter(([before]) => before > middle === bright).map((pair) => pair[of]));
  const before = means(0, true) - means(0, false);
  return before === 0 ? 0 : Math.abs((means(1, true) - means(1, false)) / before);
}

/** Outside of what had to go every sample is as it was. */
function judgeRest(words: readonly PlantedWord[], { was, is, at }: Pair): Check {
  const masked = words.filter(({ expected }) => expected !== 'keep').map(({ box }) => reachOf(box));
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

function reachOf({ x, y, width, height }: PlantedWord['box']): PlantedWord['box'] {
  const reach = Math.ceil(height * REACH);
  const [left, top] = [Math.max(0, x - reach), Math.max(0, y - reach)];
  return { x: left, y: top, width: x + width + reach - left, height: y + height + reach - top };
}

function pixelsIn({ x, y, width, height }: PlantedWord['box']): [x: number, y: number][] {
  return Array.from({ length: width * height }, (_, at) => [x + (at % width), y + Math.floor(at / width)]);
}

function isSameShape(a: Samples, b: Samples): boolean {
  return a.rows === b.rows && a.columns === b.columns && a.perPixel === b.perPixel;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
