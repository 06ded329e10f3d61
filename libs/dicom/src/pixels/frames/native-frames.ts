import { brokenPixels } from '../../limits.js';
import type { PixelDescription } from './describe-pixels.js';
import type { EncodedFrame, FrameSplitter } from './frame.types.js';
import { UnitSwapper } from './unit-swapper.js';

/** How a native pixel element is written. */
export interface NativeElement {
  readonly lengthBytes: number;
  readonly swapUnit: number;
}

/** Cuts native pixel data. Frames of single bits follow each other without a gap; each comes out with its first pixel in the lowest bit. */
export class NativeFrames implements FrameSplitter {
  private readonly swapper: UnitSwapper;
  private frames: EncodedFrame[] = [];
  private building: Buffer | undefined;
  private filled = 0;
  private index = 0;

  constructor(
    private readonly description: PixelDescription,
    element: NativeElement,
  ) {
    const wanted = Math.ceil((description.frameBits * description.numberOfFrames) / 8);
    if (element.lengthBytes < wanted) throw brokenPixels('pixel data is shorter than its frames');
    this.swapper = new UnitSwapper(element.swapUnit);
  }

  push(piece: Buffer): void {
    this.split(this.swapper.push(piece));
  }

  end(): void {
    this.split(this.swapper.end());
    if (this.index < this.description.numberOfFrames) throw brokenPixels('pixel data is truncated');
  }

  take(): EncodedFrame[] {
    const { frames } = this;
    this.frames = [];
    return frames;
  }

  private split(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.index === this.description.numberOfFrames) return refuseExcess(bytes.subarray(at));
      this.building ??= Buffer.allocUnsafe(this.frameBytes());
      const copied = bytes.copy(this.building, this.filled, at);
      this.filled += copied;
      at += copied;
      if (this.filled === this.building.length) this.finish(this.building);
    }
  }

  /** Bytes that hold the bits of the frame at hand. */
  private frameBytes(): number {
    const { frameBits } = this.description;
    const first = this.index * frameBits;
    return Math.ceil((first + frameBits) / 8) - Math.floor(first / 8);
  }

  private finish(raw: Buffer): void {
    const { frameBits } = this.description;
    const shift = (this.index * frameBits) % 8;
    const bytes = shift === 0 && frameBits % 8 === 0 ? raw : aligned(raw, shift, frameBits);
    this.frames.push({ description: this.description, index: this.index, bytes });
    this.index += 1;
    this.building = undefined;
    this.filled = 0;
    if ((this.index * frameBits) % 8 === 0 || this.index === this.description.numberOfFrames) return;
    this.building = Buffer.allocUnsafe(this.frameBytes());
    this.building[0] = raw[raw.length - 1] as number;
    this.filled = 1;
  }
}

/** Padding is zeros; more than that would be pixels that nobody looks at. */
function refuseExcess(bytes: Buffer): void {
  if (bytes.some((byte) => byte !== 0)) throw brokenPixels('there is more pixel data than frames');
}

function aligned(raw: Buffer, shift: number, bits: number): Buffer {
  const out = Buffer.alloc(Math.ceil(bits / 8));
  for (let at = 0; at < out.length; at += 1)
    out[at] = ((raw[at] as number) >>> shift) | ((raw[at + 1] ?? 0) << (8 - shift));
  if (bits % 8 !== 0) out[out.length - 1] = (out[out.length - 1] as number) & (2 ** (bits % 8) - 1);
  return out;
}
