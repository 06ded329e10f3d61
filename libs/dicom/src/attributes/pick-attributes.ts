import { charsetOf } from '../data-set/element-scopes.js';
import { syntaxOf } from '../data-set/encoding.js';
import type { Header, TokenSink } from '../data-set/token-sink.types.js';
import { Tokenizer } from '../data-set/tokenizer.js';
import { limitsOf } from '../limits.js';
import type { ByteStream } from '../part10/byte-source.js';
import { inflate } from '../part10/inflate.js';
import { Recorder } from './recorder.js';

const SPECIFIC_CHARACTER_SET = 0x00080005;
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
/** Whoever picks wants the head of a data set: long reference sequences pass, millions of tiny items do not. */
const HEAD_LIMITS = { maxElements: 500_000, maxItems: 100_000 };

/** Which attributes of depth 0, and how many bytes may be read (and kept for the replay) to find them; default 16 MiB. */
export interface PickOptions {
  readonly transferSyntaxUID: string;
  readonly tags: readonly number[];
  readonly maxBytes?: number;
}

export interface PickedAttributes {
  /** What was found; a sequence or bulk value is not. */
  readonly values: ReadonlyMap<number, { readonly vr: string; readonly value: Buffer }>;
  readonly charset: readonly string[];
  /** Exactly the bytes that came in, from the first on. */
  readonly replay: ByteStream;
}

/**
 * Reads just as much of a data set (without file meta) as holds the wanted attributes, also of a deflated one.
 * Throws DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED, DICOM_SYNTAX_UNSUPPORTED; what comes after the last wanted attribute is not looked at.
 */
export async function pickAttributes(
  dataSet: AsyncIterable<Uint8Array>,
  options: PickOptions,
): Promise<PickedAttributes> {
  const syntax = syntaxOf(options.transferSyntaxUID);
  const recorder = new Recorder(dataSet, options.maxBytes ?? DEFAULT_MAX_BYTES);
  const limits = limitsOf({ ...HEAD_LIMITS, maxInflatedBytes: options.maxBytes ?? DEFAULT_MAX_BYTES });
  const picker = new Picker(new Set(options.tags));
  const tokenizer = new Tokenizer(syntax, picker, limits);
  try {
    for await (const chunk of syntax.deflated ? inflate(recorder, limits) : recorder) {
      tokenizer.push(chunk);
      if (picker.done) break;
    }
    if (!picker.done) tokenizer.end();
  } catch (error) {
    await recorder.abandon();
    throw error;
  }
  return { values: picker.values, charset: picker.charset, replay: recorder.replay() };
}

/** Keeps the wanted values of depth 0; done when no wanted tag can come any more. */
class Picker implements TokenSink {
  done = false;
  readonly values = new Map<number, { vr: string; value: Buffer }>();
  charset: readonly string[] = [];
  private readonly last: number;
  private depth = 0;

  constructor(private readonly tags: ReadonlySet<number>) {
    this.last = Math.max(...tags);
  }

  element(header: Header): void {
    if (this.depth > 0) return;
    const value = header.buffer.subarray(header.valueStart, header.valueStart + header.length);
    if (header.tag === SPECIFIC_CHARACTER_SET) this.charset = charsetOf(value);
    if (this.tags.has(header.tag)) this.values.set(header.tag, { vr: header.vr, value });
    this.pass(header);
  }

  bulkStart(header: Header): void {
    if (this.depth === 0) this.pass(header);
  }

  sequenceStart(header: Header): void {
    if (this.depth === 0) this.pass(header);
    this.depth += 1;
  }

  sequenceEnd(): void {
    this.depth -= 1;
  }

  bulk(): void {}
  bulkEnd(): void {}
  itemStart(): void {}
  itemEnd(): void {}

  private pass(header: Header): void {
    this.done = header.tag >= this.last;
  }
}
