import { SluiceError } from '@sluice/contracts';
import {
  type Codecs,
  decodeFrame,
  type DicomLimits,
  hasUnusedBits,
  hasWindow,
  isBareFrame,
  type Picture,
  type Raster,
  readFrames,
  type Rectangle,
  toGrey8,
} from '@sluice/dicom';
import { boxesToMask } from '../judge/judge-words.js';
import type { Owner } from '../judge/judge-text.js';
import { type MaskFacts, maskFacts, NO_MASKS, tidy } from '../masks.js';
import type { FoundWord, TextFinders } from '../ocr/text-finder.js';
import { followText, type Read } from './follow-text.js';
import { readPicture } from './read-picture.js';
import { viewsOf } from './views.js';

/** What looks at pixels and cleans them: owned by the service, shared by its objects. */
export interface PixelTools {
  readonly codecs: Codecs;
  readonly finders: TextFinders;
  /** For all frames of one object. */
  readonly timeoutMs: number;
}

/** What is known of one object before its frames are looked at. */
export interface LookRequest {
  readonly tools: PixelTools;
  readonly owner: Owner;
  /** Chinese may be written on it. */
  readonly chinese: boolean;
  /** Rectangles that are masked whatever is read, by the size of frames. */
  always(frame: { readonly rows: number; readonly columns: number }): readonly Rectangle[];
  readonly limits?: Partial<DicomLimits>;
}

/** What became of a look: what to black out, and how. */
export interface PixelFindings {
  rectangles(frame: number): readonly Rectangle[];
  readonly masks: MaskFacts;
  /** Frames must be written anew: something is masked, or they carry what no decoder shows. */
  readonly rewrite: boolean;
  /** Bits of samples that hold no value are set somewhere: an overlay may lie in them. */
  readonly clearUnusedBits: boolean;
  /** True where pictures were read, not only their segments. */
  readonly looked: boolean;
}

const MOST_RECTANGLES = 500_000;
/** Of one frame: as shown, over all values, by colour. */
const MOST_VIEWS = 3;
/** Pixels by which two pictures may differ and still show the same: fewer than a letter has. */
const ALIKE_BUT_FOR = 8;
const ALIKE_SHADES = 24;
/** Places of sure writing that are carried to all frames. */
const MOST_SURE = 500;
/** Rectangles are cut to their frame before. */
const WHOLE = { rows: 65_536, columns: 65_536 };
const NOTHING: readonly Rectangle[] = [];

/**
 * Looks at every frame of an object, one at a time in memory. A frame that is as the one before it costs nothing, one that looks like it
 * is not read again.
 * @throws SluiceError SCRUBBING_PIXELS_UNPROVEN past the time; DICOM_* for pixels that cannot be decoded; SCRUBBING_TEXT_UNREAD
 */
export async function lookAtPixels(
  source: AsyncIterable<Uint8Array>,
  request: LookRequest,
): Promise<PixelFindings> {
  const until = Date.now() + request.tools.timeoutMs;
  const { look, everywhere } = lookAtFrames(request);
  const frames: (readonly Rectangle[])[] = [];
  let total = 0;
  let rewrite = false;
  let clearUnusedBits = false;
  let last: readonly Rectangle[] = NOTHING;
  let before: Buffer | undefined;
  for await (const frame of readFrames(source, request.limits)) {
    if (before?.equals(frame.bytes)) {
      frames.push(last);
      continue;
    }
    before = frame.bytes;
    const raster = await decodeFrame(frame, request.tools.codecs);
    const rectangles = await look(raster);
    if (rectangles !== last) total += rectangles.length;
    last = rectangles;
    frames.push(rectangles);
    clearUnusedBits ||= hasUnusedBits(raster.bytes, raster);
    rewrite ||= rectangles.length > 0 || !isBareFrame(frame);
    if (total > MOST_RECTANGLES) throw unproven('too much to mask');
    if (Date.now() > until) throw unproven('looking at the frames took too long');
  }
  const masked = everywhere(frames);
  return {
    ...{ rewrite: rewrite || clearUnusedBits, clearUnusedBits, looked: true, masks: maskFacts(masked) },
    rectangles: (frame) => masked[frame] ?? NOTHING,
  };
}

/** Looks for segments that no decoder shows (comments, Exif) in the frames of an object on which nobody writes. Decodes nothing. */
export async function lookAtSegments(
  source: AsyncIterable<Uint8Array>,
  limits?: Partial<DicomLimits>,
): Promise<PixelFindings> {
  let rewrite = false;
  for await (const frame of readFrames(source, limits)) rewrite ||= !isBareFrame(frame);
  return {
    ...{ rewrite, clearUnusedBits: false, looked: false, masks: NO_MASKS },
    rectangles: () => NOTHING,
  };
}

function lookAtFrames({ tools, owner, chinese, always }: LookRequest) {
  const reading = { finders: tools.finders, chinese };
  const read: Read = (picture) => readPicture(picture, owner, reading);
  const views = Array.from({ length: MOST_VIEWS }, () => followText(read));
  const sure: Rectangle[] = [];
  let before: Looked | undefined;

  async function look(raster: Raster): Promise<readonly Rectangle[]> {
    const words: (readonly FoundWord[])[] = [];
    for (const [at, picture] of picturesOf(raster).entries()) words.push(await (views[at] as Read)(picture));
    if (before && isSame(words, before.words)) return before.rectangles;
    const found = boxesToMask(words.flat(), owner);
    const rectangles = tidy([...always(raster), ...found], raster);
    sure.push(
      ...tidy(
        found.filter((box) => box.sure),
        raster,
      ).slice(0, MOST_SURE - sure.length),
    );
    before = { words, rectangles };
    return rectangles;
  }

  return { look, everywhere: (frames: readonly (readonly Rectangle[])[]) => inAllFrames(frames, sure) };
}

interface Looked {
  readonly words: readonly (readonly FoundWord[])[];
  readonly rectangles: readonly Rectangle[];
}

function isSame(words: Looked['words'], before: Looked['words']): boolean {
  return words.length === before.length && words.every((one, at) => one === before[at]);
}

/** Where something is surely written in one frame it may be in another, too faint to be read: it goes in all of them. */
function inAllFrames(
  frames: readonly (readonly Rectangle[])[],
  sure: readonly Rectangle[],
): readonly (readonly Rectangle[])[] {
  if (frames.length < 2 || sure.length === 0) return frames;
  const distinct = tidy(sure, WHOLE);
  const known = new Map<readonly Rectangle[], readonly Rectangle[]>();
  return frames.map((own) => {
    const all = known.get(own) ?? tidy([...own, ...distinct], WHOLE);
    known.set(own, all);
    return all;
  });
}

/** As the header's window or palette shows it, and, where that hides a part of the values or of the colours, those, too. */
function picturesOf(raster: Raster): readonly Picture[] {
  const [shown = toGrey8(raster), ...colours] = viewsOf(raster);
  const hides = raster.photometric === 'PALETTE COLOR' || hasWindow(raster);
  if (raster.samplesPerPixel !== 1 || !hides) return [shown, ...colours];
  // A palette may show writing as dark on dark: whoever takes it off sees it.
  const all = toGrey8({ ...raster, photometric: withoutPalette(raster) }, { window: 'range' });
  return looksAlike(shown, all) ? [shown, ...colours] : [shown, all, ...colours];
}

function withoutPalette({ photometric }: Raster): string {
  return photometric === 'PALETTE COLOR' ? 'MONOCHROME2' : photometric;
}

/** Nothing that can be read in one is unreadable in the other: hardly a pixel has another shade. */
function looksAlike(one: Picture, other: Picture): boolean {
  if (one.data.equals(other.data)) return true;
  let differing = 0;
  for (let at = 0; at < one.data.length && differing <= ALIKE_BUT_FOR; at += 1)
    if (Math.abs((one.data[at] as number) - (other.data[at] as number)) > ALIKE_SHADES) differing += 1;
  return differing <= ALIKE_BUT_FOR;
}

function unproven(detail: string): SluiceError {
  return new SluiceError('SCRUBBING_PIXELS_UNPROVEN', { detail });
}
