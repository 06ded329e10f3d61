const EMPTY = Buffer.alloc(0);

/** Turns the bytes of each unit (2, 4 or 8 bytes) of a stream around: big endian to little and back. A unit may span chunks. */
export class UnitSwapper {
  private carry: Buffer = EMPTY;

  constructor(private readonly unit: number) {}

  /** All whole units that are there, as a copy. */
  push(chunk: Buffer): Buffer {
    if (this.unit === 1) return chunk;
    const bytes = this.carry.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.carry, chunk]);
    const whole = bytes.length - (bytes.length % this.unit);
    this.carry = Buffer.from(bytes.subarray(whole));
    return swapped(bytes.subarray(0, whole), this.unit);
  }

  /** What is left of a unit that never became whole, as it is. */
  end(): Buffer {
    const rest = this.carry;
    this.carry = EMPTY;
    return rest;
  }
}

function swapped(bytes: Buffer, unit: number): Buffer {
  if (unit === 2) return bytes.swap16();
  return unit === 4 ? bytes.swap32() : bytes.swap64();
}

/** The unit in which big endian pixels are written: VR OB by bytes, else whole samples, two bytes at least (PS3.5 8.1.2). */
export function swapUnit(littleEndian: boolean, vr: string, bitsAllocated: number): 1 | 2 | 4 | 8 {
  if (littleEndian || vr === 'OB') return 1;
  if (bitsAllocated <= 16) return 2;
  return bitsAllocated === 32 ? 4 : 8;
}
