import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { SluiceError } from '@sluice/contracts';
import { dropPixels, type Encoding } from './drop-pixels.js';

const MIB = 1024 * 1024;
/** What is more than this is not held for the check, nor what a deflated data set has before and after it is inflated; bytes. */
const MOST_HEADER_BYTES = 64 * MIB;
const MOST_DEFLATED_BYTES = 64 * MIB;
const MOST_INFLATED_BYTES = 2048 * MIB;
const IMPLICIT_LE = '1.2.840.10008.1.2';
const EXPLICIT_BE = '1.2.840.10008.1.2.2';
const DEFLATED = new Set(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205']);
/** Preamble, DICM and the group length element (PS3.10 7.1). */
const META_LENGTH_AT = 140;
const META_STARTS_AT = 144;

/** Holds everything of a Part 10 file but its pixels while it streams by. */
export interface OutputHeader {
  add(chunk: Buffer): void;
  /**
   * What came before and after the pixels, a deflated data set inflated.
   * @throws SluiceError SCRUBBING_RESIDUAL where it is too large to be looked at, or cannot be walked
   */
  whole(): Promise<Buffer>;
}

/** Watches one output; its transfer syntax is asked for once bytes come. */
export function watchOutputHeader(transferSyntaxUID: () => string): OutputHeader {
  return new Watch(transferSyntaxUID);
}

class Watch implements OutputHeader {
  private readonly pixels = dropPixels(() => this.encoding());
  private readonly parts: Buffer[] = [];
  private heldBytes = 0;
  private problem: string | undefined;

  constructor(private readonly transferSyntaxUID: () => string) {}

  add(chunk: Buffer): void {
    if (this.problem) return;
    if (this.isDeflated()) this.hold([chunk], MOST_DEFLATED_BYTES);
    else this.walk(chunk);
  }

  async whole(): Promise<Buffer> {
    if (!this.problem && this.isDeflated()) await this.walkInflated();
    if (!this.problem && !this.pixels.isWhole()) this.problem = 'the second look finds the output cut short';
    if (this.problem) throw new SluiceError('SCRUBBING_RESIDUAL', { detail: this.problem });
    return Buffer.concat(this.parts);
  }

  private async walkInflated(): Promise<void> {
    const file = Buffer.concat(this.parts.splice(0));
    this.heldBytes = 0;
    const start = META_STARTS_AT + file.readUInt32LE(META_LENGTH_AT);
    this.walk(file.subarray(0, start));
    for await (const chunk of inflated(file.subarray(start))) this.walk(chunk);
  }

  private walk(chunk: Buffer): void {
    if (this.problem) return;
    try {
      this.hold(this.pixels.push(chunk), MOST_HEADER_BYTES);
    } catch {
      this.problem = 'the second look cannot walk the output';
    }
  }

  private hold(pieces: readonly Buffer[], mostBytes: number): void {
    for (const piece of pieces) this.heldBytes += piece.length;
    if (this.heldBytes > mostBytes) this.problem = 'the header is too large to check';
    else this.parts.push(...pieces);
  }

  private isDeflated(): boolean {
    return DEFLATED.has(this.transferSyntaxUID());
  }

  private encoding(): Encoding {
    const syntax = this.transferSyntaxUID();
    return { explicit: syntax !== IMPLICIT_LE, littleEndian: syntax !== EXPLICIT_BE };
  }
}

/** @throws SluiceError SCRUBBING_RESIDUAL when more comes out than may be looked at */
async function* inflated(dataSet: Buffer): AsyncGenerator<Buffer> {
  let total = 0;
  const inflating = Readable.from([dataSet]).pipe(createInflateRaw()) as AsyncIterable<Buffer>;
  for await (const chunk of inflating) {
    total += chunk.length;
    if (total > MOST_INFLATED_BYTES)
      throw new SluiceError('SCRUBBING_RESIDUAL', { detail: 'the header is too large to check' });
    yield chunk;
  }
}
