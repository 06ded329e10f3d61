import { DataSetRewriter } from '../../data-set/data-set-rewriter.js';
import {
  encodeElement,
  encodeHeader,
  encodeItemHeader,
  syntaxOf,
  UNDEFINED_LENGTH,
  type Encoding,
  type Syntax,
} from '../../data-set/encoding.js';
import { PIXELS } from '../../data-set/headers.js';
import { pack } from '../../data-set/output-queue.js';
import type { RewritePlan } from '../../data-set/rewrite.types.js';
import { Tokenizer } from '../../data-set/tokenizer.js';
import { tagOf } from '../../dictionary/elements.js';
import { brokenPixels, limitsOf, unreadPixels, type DicomLimits } from '../../limits.js';
import { metaElement, wrapMeta } from '../../part10/file-meta.js';
import { deflate, inflate } from '../../part10/inflate.js';
import type { MetaElement } from '../../part10/parse-meta.js';
import { splitPart10 } from '../../part10/split-part10.js';
import type { Codecs } from '../codecs/codec-pool.js';
import { PIXEL_TAGS, wantsPlanes } from '../frames/describe-pixels.js';
import type { EncodedFrame } from '../frames/frame.types.js';
import { PixelWalker, type PixelEvent } from '../frames/pixel-walker.js';
import { swapUnit, UnitSwapper } from '../frames/unit-swapper.js';
import type { Rectangle } from './fill-rectangles.js';
import { maskFrame, type MaskedFrame } from './mask-frame.js';
import { maskedSyntax, type MaskedSyntax } from './masked-syntax.js';
import { isReversible } from './reversible.js';
import { replaceElements, type Element } from './replace-elements.js';

/** What is to be blacked out. Only for objects with something to mask: a lossy object is encoded anew even where no rectangle is. */
export interface PixelMasks {
  readonly codecs: Codecs;
  /** The rectangles of a frame (from 0). */
  rectangles(frame: number): readonly Rectangle[];
  /** Bits of samples that hold no value are cleared in every frame: an overlay may lie in them. Default: they stay. */
  readonly clearUnusedBits?: boolean;
  /** Told the transfer syntax that is written, before the first bytes come out. */
  written?(transferSyntaxUID: string): void;
}

const TURN_BYTES = 256 * 1024;
const TRANSFER_SYNTAX_UID = 0x00020010;
/** Encapsulated Pixel Data Value Total Length (PS3.5 A.4). */
const ENCAPSULATED_TOTAL_LENGTH = 0x7fe00003;
/** They would be wrong: tables of offsets and lengths, and the icon, which may show what was masked. */
const DROPPED = new Set([
  tagOf('ExtendedOffsetTable'),
  tagOf('ExtendedOffsetTableLengths'),
  ENCAPSULATED_TOTAL_LENGTH,
  tagOf('IconImageSequence'),
]);
const WITHOUT_DROPPED: RewritePlan = {
  // Pixels below a sequence are a smaller or an older picture of the same: nothing masks those.
  decide: ({ tag, path }) =>
    DROPPED.has(tag) || (path.length > 0 && PIXELS.has(tag)) ? { do: 'remove' } : { do: 'keep' },
};

/**
 * Streams a Part 10 file with rectangles of its frames blacked out, one frame in memory. Pixels outside of them come back bit by bit as
 * they decode; docs/pixel-syntaxes.md says in which syntax. Header, file meta and offset tables follow; icons and pixels below sequences are dropped.
 * Only a normal end means that the whole was masked. Throws DICOM_PIXELS_UNSUPPORTED, DICOM_PIXELS_MALFORMED, DICOM_CODEC_FAILED, and
 * what rewritePart10 throws.
 */
export async function* maskPart10(
  source: AsyncIterable<Uint8Array>,
  masks: PixelMasks,
  limits: Partial<DicomLimits> = {},
): AsyncGenerator<Buffer> {
  const bounds = limitsOf(limits);
  const { meta, elements, dataSet } = await splitPart10(source, bounds);
  try {
    const syntax = syntaxOf(meta.transferSyntaxUID);
    const masking = new Masking(masks, { syntax, transferSyntaxUID: meta.transferSyntaxUID, limits: bounds });
    const masked = masking.run(syntax.deflated ? inflate(dataSet, bounds) : dataSet);
    // The header, and with it the syntax that is written, is known when the first bytes of the data set are.
    const first = await masked.next();
    masks.written?.(masking.transferSyntaxUID);
    yield metaOf(elements, masking.transferSyntaxUID);
    const whole = startingWith(first, masked);
    yield* syntax.deflated ? deflate(whole) : whole;
  } finally {
    await dataSet.return();
  }
}

async function* startingWith(
  first: IteratorResult<Buffer, void>,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

function metaOf(elements: readonly MetaElement[], transferSyntaxUID: string): Buffer {
  return wrapMeta(
    elements.map(({ tag, vr, value }) =>
      metaElement(tag, vr, tag === TRANSFER_SYNTAX_UID ? transferSyntaxUID : value),
    ),
  );
}

interface Opened {
  readonly target: MaskedSyntax;
  readonly native: boolean;
  readonly swapper: UnitSwapper;
  readonly photometric: string | undefined;
  readonly lost: boolean;
  written: number;
}

class Masking {
  private readonly before: DataSetRewriter;
  private readonly after: DataSetRewriter;
  private readonly walker: PixelWalker;
  private readonly encoding: Syntax;
  private begun: Extract<PixelEvent, { kind: 'begin' }> | undefined;
  private opened: Opened | undefined;

  constructor(
    private readonly masks: PixelMasks,
    private readonly options: {
      readonly syntax: Syntax;
      readonly transferSyntaxUID: string;
      readonly limits: DicomLimits;
    },
  ) {
    this.encoding = options.syntax;
    this.before = new DataSetRewriter(WITHOUT_DROPPED, this.encoding);
    this.after = new DataSetRewriter(WITHOUT_DROPPED, this.encoding);
    this.walker = new PixelWalker(options, { before: this.before, after: this.after });
  }

  /** What is written; final once the first bytes came out. */
  get transferSyntaxUID(): string {
    return this.opened?.target.uid ?? this.options.transferSyntaxUID;
  }

  async *run(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    const tokenizer = new Tokenizer(this.encoding, this.walker, this.options.limits);
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += TURN_BYTES) {
        tokenizer.push(chunk.subarray(at, at + TURN_BYTES));
        yield* this.write(this.walker.take());
      }
    }
    tokenizer.end();
    yield* this.write(this.walker.take());
    if (!this.opened) yield* pack(this.before.finish());
    yield* pack(this.after.finish());
  }

  private async *write(events: readonly PixelEvent[]): AsyncGenerator<Buffer> {
    for (const event of events) {
      if (event.kind === 'begin') this.begun = event;
      else if (event.kind === 'frame') yield* this.writeFrame(event.frame);
      else yield* this.close();
    }
    if (this.opened) yield* pack(this.after.drain());
  }

  private async *writeFrame(frame: EncodedFrame): AsyncGenerator<Buffer> {
    const target = this.opened?.target ?? maskedSyntax(frame.description);
    const rectangles = this.masks.rectangles(frame.index);
    const { codecs, clearUnusedBits: clearUnused = false } = this.masks;
    const masked = await maskFrame(frame, target, { codecs, rectangles, clearUnused });
    const { codec, lossy } = frame.description.syntax;
    const lost = lossy && !isReversible(codec, frame.bytes);
    if (!this.opened) yield* this.open(target, masked, lost);
    // The header has said what it says.
    if (lost && !this.opened?.lost) throw brokenPixels('only some frames of one object are lossy');
    if (this.opened?.photometric !== masked.photometric)
      throw brokenPixels('frames of one object are in different colours');
    yield* this.item(masked.bytes);
  }

  private *open(target: MaskedSyntax, { photometric }: MaskedFrame, lost: boolean): Generator<Buffer> {
    if (!this.begun) throw new TypeError('a frame before its pixel data');
    const { description, header } = this.begun;
    const { native, frameBits, numberOfFrames, bitsAllocated } = description;
    if (native && frameBits % 8 !== 0 && numberOfFrames > 1)
      throw unreadPixels('to mask: frames that share a byte');
    const unit = swapUnit(this.encoding.littleEndian, header.vr, bitsAllocated);
    this.opened = { target, native, swapper: new UnitSwapper(unit), photometric, lost, written: 0 };
    const replaced = replacements(this.opened, this.begun, this.encoding);
    yield* pack(replaceElements(this.before.finish(), replaced));
    const bytes = Math.ceil((frameBits * numberOfFrames) / 8);
    const length = native ? bytes + (bytes % 2) : UNDEFINED_LENGTH;
    yield encodeHeader({ tag: header.tag, vr: native ? header.vr : 'OB' }, length, this.encoding);
    // An empty basic offset table: sizes are not known before the frames are (PS3.5 A.4).
    if (!native) yield encodeItemHeader(0xfffee000, 0, this.encoding);
  }

  private *item(bytes: Uint8Array): Generator<Buffer> {
    const { opened } = this;
    if (!opened) return;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    opened.written += buffer.length;
    if (opened.native) {
      yield opened.swapper.push(buffer);
      return;
    }
    const odd = buffer.length % 2;
    yield encodeItemHeader(0xfffee000, buffer.length + odd, this.encoding);
    yield buffer;
    if (odd) yield Buffer.alloc(1);
  }

  private *close(): Generator<Buffer> {
    const { opened } = this;
    if (!opened) return;
    if (!opened.native) yield encodeItemHeader(0xfffee0dd, 0, this.encoding);
    else if (opened.written % 2 === 1) {
      yield opened.swapper.push(Buffer.alloc(1));
    }
    // From here on what follows may leave as it comes.
    yield* pack(this.after.finish());
  }
}

/** What the header must say now: nothing where the syntax stays. */
function replacements(
  { target, photometric, lost }: Opened,
  { description }: Extract<PixelEvent, { kind: 'begin' }>,
  encoding: Encoding,
): Element[] {
  const elements: Element[] = [];
  const text = (tag: number, value: string) =>
    elements.push({
      tag,
      bytes: encodeElement(
        { tag, vr: 'CS', value: Buffer.from(value + (value.length % 2 ? ' ' : '')) },
        encoding,
      ),
    });
  if (lost) text(PIXEL_TAGS.lossy, '01');
  if (photometric === undefined) return elements;
  text(PIXEL_TAGS.photometric, photometric);
  if (description.samplesPerPixel > 1) {
    const tag = PIXEL_TAGS.planarConfiguration;
    const value = Buffer.alloc(2);
    if (target.codec === 'rle' && photometric === 'YBR_FULL' && wantsPlanes(description))
      value[encoding.littleEndian ? 0 : 1] = 1;
    elements.push({ tag, bytes: encodeElement({ tag, vr: 'US', value }, encoding) });
  }
  return elements.sort((a, b) => a.tag - b.tag);
}
