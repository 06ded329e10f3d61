import { SluiceError } from '@sluice/contracts';
import { decodeFrame, type DicomLimits, type Picture, readFrames } from '@sluice/dicom';
import { linesOfSmallPrint } from '../../pixels/judge/doubted-lines.js';
import { followText } from '../../pixels/look/follow-text.js';
import type { PixelTools } from '../../pixels/look/look-at-pixels.js';
import { readClosely, type Reading } from '../../pixels/look/read-picture.js';
import { readTurned } from '../../pixels/look/read-turned.js';
import { secondPassesOf } from '../../pixels/ocr/passes.js';
import { viewsOf } from '../../pixels/look/views.js';
import type { FoundWord } from '../../pixels/ocr/text-finder.js';
import { SIDEWAYS, uprightWords } from '../../pixels/ocr/turns.js';
import { findInText, startLook } from '../find-in-elements.js';
import type { Identity, ResidueKind } from '../identity/identity.types.js';

/** How an output's pixels are looked at once more. */
export interface PixelLook {
  readonly tools: PixelTools;
  readonly identity: Identity;
  /** Chinese may be written on it. */
  readonly chinese: boolean;
  readonly limits?: Partial<DicomLimits> | undefined;
}

/** OCR makes short words of noise. */
const SHORTEST_NAME = 4;
const HAN_APART = /(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu;
/** Signs that small print makes one of. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  '|': 'l',
  '5': 's',
  '8': 'b',
};
const SHORTEST_LOOK_ALIKE = 5;

/**
 * Reads the frames of an output, by another codec where there is one, without what the first look read, and looks for the person of the
 * original in what is written there. A frame that looks like the one before it is not read again.
 * @throws SluiceError SCRUBBING_RESIDUAL past the time; DICOM_* for pixels that cannot be decoded; SCRUBBING_TEXT_UNREAD
 */
export async function findPixelResidue(
  output: AsyncIterable<Uint8Array>,
  { tools, identity, chinese, limits }: PixelLook,
): Promise<ResidueKind | undefined> {
  const until = Date.now() + tools.timeoutMs;
  const find = (picture: Picture) => readAgain(picture, { finders: tools.finders, chinese });
  const readers = [followText(find), followText(find)];
  const judge = judgeOf(identity);
  const last: (readonly FoundWord[] | undefined)[] = [];
  let found: ResidueKind | undefined;
  let before: Buffer | undefined;
  for await (const frame of readFrames(output, limits)) {
    if (Date.now() > until)
      throw new SluiceError('SCRUBBING_RESIDUAL', { detail: 'the second look at the frames took too long' });
    if (found || before?.equals(frame.bytes)) continue;
    before = frame.bytes;
    const views = viewsOf(await decodeFrame(frame, tools.codecs, { again: true }));
    for (const [at, view] of views.entries()) {
      const words = await readers[at]?.(view);
      if (words && words !== last[at]) found ??= judge(words);
      last[at] = words;
    }
  }
  return found;
}

/** In the way that reads best, and all small print closely, whatever the first look thought of it; and all that runs up or down it. Throws as TextFinder does. */
export async function readAgain(picture: Picture, reading: Reading): Promise<readonly FoundWord[]> {
  const { finders, chinese } = reading;
  const words = await finders.find(picture, { chinese, passes: secondPassesOf });
  const closely = await readClosely(picture, linesOfSmallPrint(words), reading);
  const turned = await readTurned(picture, [...words, ...closely], { ...reading, sift: (found) => found });
  return [...words, ...closely, ...turned];
}

function judgeOf(identity: Identity): (words: readonly FoundWord[]) => ResidueKind | undefined {
  const look = startLook(identity, []);
  const alike = new Set(
    [...identity.names].filter((name) => name.length >= SHORTEST_LOOK_ALIKE).map(skeletonOf),
  );
  const judgeText = (text: string): ResidueKind | undefined => {
    const kind = findInText(look, text, { tag: '', shortest: SHORTEST_NAME });
    if (kind) return kind;
    const looks = text.toLowerCase().match(/[\p{L}\p{N}|]+/gu) ?? [];
    return looks.some((word) => word.length >= SHORTEST_LOOK_ALIKE && alike.has(skeletonOf(word)))
      ? 'name'
      : undefined;
  };
  return (words) => {
    const upright = uprightWords(words);
    const texts = [
      upright.filter(({ closeUp }) => !closeUp),
      upright.filter(({ closeUp }) => closeUp),
      ...SIDEWAYS.map((runs) => uprightWords(words, runs)),
    ];
    return texts.map((own) => judgeText(textOf(own))).find((kind) => kind !== undefined);
  };
}

/** In the order in which people read: from line to line, in each from left to right. */
function textOf(words: readonly FoundWord[]): string {
  const middle = ({ box }: FoundWord) => box.y + box.height / 2;
  const sorted = [...words].sort((a, b) => {
    const sameLine = Math.abs(middle(a) - middle(b)) < Math.min(a.box.height, b.box.height) / 2;
    return sameLine ? a.box.x - b.box.x : middle(a) - middle(b);
  });
  return sorted
    .map(({ text }) => text)
    .join(' ')
    .replace(HAN_APART, '');
}

function skeletonOf(word: string): string {
  return word.replace(/[01i|58]/g, (sign) => LOOK_ALIKES[sign] ?? sign);
}
