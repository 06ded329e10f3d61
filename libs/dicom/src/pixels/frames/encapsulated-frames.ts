import { brokenPixels, exceeded } from '../../limits.js';
import type { PixelDescription } from './describe-pixels.js';
import type { EncodedFrame, FrameSplitter } from './frame.types.js';

/** Enough of a fragment to see whether a codestream begins there. */
const LOOK_BYTES = 12;
/** What a codestream may have beyond the size of its samples: headers, and noise that does not compress. */
const SPARE_BYTES = 64 * 1024;
/** A longer basic offset table is not held. */
const MOST_TABLE_BYTES = 16 * 1024 * 1024;
const SEQUENCE_END = 0xfffee0dd;

/**
 * Puts fragments together to frames (PS3.5 A.4). A frame begins where a codestream does: offset tables are neither needed nor
 * believed, for they are empty, wrong or absent too often. Their number must be the declared one, so that none is left unseen.
 */
export class EncapsulatedFrames implements FrameSplitter {
  private frames: EncodedFrame[] = [];
  private index = -1;
  private parts: Buffer[] = [];
  private held = 0;
  private look: Buffer[] = [];
  private looked = 0;
  private left = 0;
  private items = 0;
  /** The basic offset table, and how many bytes of items came after it. */
  private table: Buffer[] = [];
  private tableBytes = 0;
  private position = 0;
  private itemStart = 0;
  private strayTable = false;
  private readonly maxHeld: number;
  private readonly frameBytes: number;

  constructor(private readonly description: PixelDescription) {
    this.frameBytes = Math.ceil(description.frameBits / 8);
    this.maxHeld = 2 * this.frameBytes + SPARE_BYTES;
  }

  /** Item headers come as pieces of their own (TokenSink.bulk). */
  push(piece: Buffer): void {
    if (this.left === 0) return this.startItem(piece);
    this.left -= piece.length;
    // The first item is the basic offset table.
    if (this.items === 1) return this.noteTable(piece);
    this.position += piece.length;
    if (this.looked < 0) return this.append(piece);
    this.look.push(piece);
    this.looked += piece.length;
    if (this.looked >= LOOK_BYTES || this.left === 0) this.decide();
  }

  end(): void {
    this.finishFrame();
    if (this.index + 1 !== this.description.numberOfFrames)
      throw brokenPixels('there are fewer frames than the header says');
  }

  take(): EncodedFrame[] {
    const { frames } = this;
    this.frames = [];
    return frames;
  }

  private startItem(header: Buffer): void {
    if (header.readUInt16LE(0) * 0x10000 + header.readUInt16LE(2) === SEQUENCE_END) return;
    this.items += 1;
    this.left = header.readUInt32LE(4);
    if (this.items > 1) {
      this.itemStart = this.position;
      this.position += header.length;
    }
    this.look = [];
    this.looked = 0;
  }

  private noteTable(piece: Buffer): void {
    this.tableBytes += piece.length;
    if (this.tableBytes <= MOST_TABLE_BYTES) this.table.push(piece);
  }

  /** Whether the table, where there is one, says that the frame at hand begins where it does (PS3.5 A.4). */
  private isTabled(): boolean {
    if (this.tableBytes === 0) return true;
    const wanted = 4 * this.description.numberOfFrames;
    if (this.tableBytes !== wanted || wanted > MOST_TABLE_BYTES) return false;
    if (this.table.length > 1) this.table = [Buffer.concat(this.table)];
    return this.table[0]?.readUInt32LE(4 * this.index) === this.itemStart;
  }

  private decide(): void {
    const head = Buffer.concat(this.look);
    this.looked = -1;
    if (this.index < 0 || this.startsFrame(head)) this.startFrame();
    this.append(head);
  }

  private startFrame(): void {
    this.finishFrame();
    this.index += 1;
    if (this.index >= this.description.numberOfFrames)
      throw brokenPixels('there are more frames than the header says');
    this.strayTable = !this.isTabled();
  }

  private append(piece: Buffer): void {
    this.held += piece.length;
    if (this.held > this.maxHeld) throw exceeded('an encoded frame is far longer than its pixels');
    this.parts.push(piece);
  }

  private finishFrame(): void {
    if (this.index < 0) return;
    const bytes = this.withoutPadding(Buffer.concat(this.parts));
    const stray = this.strayTable && { strayTable: true as const };
    this.frames.push({ description: this.description, index: this.index, bytes, ...stray });
    this.parts = [];
    this.held = 0;
  }

  /** A codestream ends by itself; samples that stand as they are must be as many as the header says. */
  private withoutPadding(bytes: Buffer): Buffer {
    if (this.description.syntax.codec !== 'plain') return bytes;
    if (bytes.length !== this.frameBytes + (this.frameBytes % 2))
      throw brokenPixels('a frame has another length than the header says');
    return bytes.subarray(0, this.frameBytes);
  }

  private startsFrame(head: Buffer): boolean {
    const { samplesPerPixel, bitsAllocated, syntax } = this.description;
    switch (syntax.codec) {
      case 'plain':
        return this.held >= this.frameBytes;
      case 'deflate':
        return true;
      case 'rle': {
        const segments = samplesPerPixel * Math.ceil(bitsAllocated / 8);
        return head.length >= 8 && head.readUInt32LE(0) === segments && head.readUInt32LE(4) === 64;
      }
      case 'jpeg':
      case 'jpeg-ls':
        return head.length >= 3 && head.readUIntBE(0, 3) === 0xffd8ff;
      default:
        return (
          head.length >= 8 &&
          (head.readUInt32BE(0) === 0xff4fff51 || head.toString('latin1', 4, 8) === 'jP  ')
        );
    }
  }
}
