/** A walk through a Part 10 file by lengths alone, of its own: what it takes for pixel data must not depend on who wrote the file. */

const PREAMBLE_BYTES = 132;
const PIXELS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
const MOST_LEVELS = 128;
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const VR = /^[A-Z]{2}$/;

export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

const META: Encoding = { explicit: true, littleEndian: true };

/** Passes on everything of a file but its pixel data (depth 0), in whatever pieces it comes. */
export interface PixelDropper {
  /** @throws Error for what cannot be walked */
  push(chunk: Buffer): Buffer[];
  /** True where the file ended between two elements of depth 0. */
  isWhole(): boolean;
}

interface Header {
  readonly tag: number;
  readonly lengthBytes: number;
  /** Of the header itself. */
  readonly bytes: number;
  readonly vr: string;
}

/** A sequence, an item or fragments of undefined length that the walk is in. */
interface Level {
  readonly dropped: boolean;
  readonly encoding: Encoding;
}

/** `encoding`: of the data set behind the file meta. */
export function dropPixels(encoding: () => Encoding): PixelDropper {
  return new Walk(encoding);
}

class Walk implements PixelDropper {
  private readonly open: Level[] = [];
  private waiting: Buffer = Buffer.alloc(0);
  private passBytes = PREAMBLE_BYTES;
  private dropping = false;
  private dataSet: Encoding | undefined;

  constructor(private readonly encoding: () => Encoding) {}

  push(chunk: Buffer): Buffer[] {
    const kept: Buffer[] = [];
    let rest = this.waiting.length > 0 ? Buffer.concat([this.waiting, chunk]) : chunk;
    this.waiting = Buffer.alloc(0);
    while (rest.length > 0) {
      const passes = this.passBytes > 0;
      const bytes = passes ? Math.min(this.passBytes, rest.length) : this.readHeader(rest);
      if (bytes === undefined) {
        this.waiting = rest;
        return kept;
      }
      if (!this.dropping) kept.push(rest.subarray(0, bytes));
      rest = rest.subarray(bytes);
      if (passes) this.passBytes -= bytes;
    }
    return kept;
  }

  isWhole(): boolean {
    return this.waiting.length === 0 && this.passBytes === 0 && this.open.length === 0;
  }

  /** How long the header is that begins here; undefined where more bytes are needed. */
  private readHeader(rest: Buffer): number | undefined {
    const here = rest.length < 8 ? undefined : this.encodingHere(rest);
    const header = here && headerOf(rest, here);
    if (!header) return undefined;
    this.enter(header, here);
    return header.bytes;
  }

  private encodingHere(bytes: Buffer): Encoding {
    if (!this.dataSet && bytes.readUInt16LE(0) !== 2) this.dataSet = this.encoding();
    return this.open.at(-1)?.encoding ?? this.dataSet ?? META;
  }

  private enter({ tag, lengthBytes, vr }: Header, here: Encoding): void {
    this.dropping = this.open.at(-1)?.dropped ?? PIXELS.has(tag);
    if (tag === ITEM_END || tag === SEQUENCE_END) {
      if (!this.open.pop()) throw new Error('an end without a beginning');
      return;
    }
    if (lengthBytes !== UNDEFINED) {
      this.passBytes = lengthBytes;
      return;
    }
    if (this.open.length >= MOST_LEVELS) throw new Error('too many levels');
    // What is written as UN with undefined length is in implicit VR little endian below (PS3.5 6.2.2).
    const below = vr === 'UN' && tag !== ITEM ? { explicit: false, littleEndian: true } : here;
    this.open.push({ dropped: this.dropping, encoding: below });
  }
}

function headerOf(bytes: Buffer, { explicit, littleEndian }: Encoding): Header | undefined {
  const short = (at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const tag = short(0) * 0x10000 + short(2);
  if (!explicit || tag >>> 16 === 0xfffe) return { tag, lengthBytes: long(4), bytes: 8, vr: '' };
  const vr = bytes.toString('latin1', 4, 6);
  if (!VR.test(vr)) throw new Error('no VR');
  if (!LONG_VRS.has(vr)) return { tag, lengthBytes: short(6), bytes: 8, vr };
  return bytes.length < 12 ? undefined : { tag, lengthBytes: long(8), bytes: 12, vr };
}
