interface Binary {
  readonly width: number;
  read(bytes: Buffer, at: number, littleEndian: boolean): number;
  write(bytes: Buffer, value: number, at: number): void;
}

const US: Binary = {
  width: 2,
  read: (bytes, at, little) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
  write: (bytes, value, at) => bytes.writeUInt16LE(value, at),
};
const AT: Binary = {
  width: 4,
  read: (bytes, at, little) => US.read(bytes, at, little) * 0x10000 + US.read(bytes, at + 2, little),
  write(bytes, value, at) {
    bytes.writeUInt16LE(value >>> 16, at);
    bytes.writeUInt16LE(value & 0xffff, at + 2);
  },
};

/** How the numbers of a binary VR are read and (little endian) written (PS3.5 6.2). */
const BINARY: Readonly<Record<string, Binary>> = {
  AT,
  US,
  SS: {
    width: 2,
    read: (bytes, at, little) => (little ? bytes.readInt16LE(at) : bytes.readInt16BE(at)),
    write: (bytes, value, at) => bytes.writeInt16LE(value, at),
  },
  UL: {
    width: 4,
    read: (bytes, at, little) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    write: (bytes, value, at) => bytes.writeUInt32LE(value, at),
  },
  SL: {
    width: 4,
    read: (bytes, at, little) => (little ? bytes.readInt32LE(at) : bytes.readInt32BE(at)),
    write: (bytes, value, at) => bytes.writeInt32LE(value, at),
  },
  FL: {
    width: 4,
    read: (bytes, at, little) => (little ? bytes.readFloatLE(at) : bytes.readFloatBE(at)),
    write: (bytes, value, at) => bytes.writeFloatLE(value, at),
  },
  FD: {
    width: 8,
    read: (bytes, at, little) => (little ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at)),
    write: (bytes, value, at) => bytes.writeDoubleLE(value, at),
  },
};

/** The numbers of a value; undefined for a VR that holds none. Bytes that make no whole number are left out. */
export function readNumbers(value: Buffer, vr: string, littleEndian: boolean): readonly number[] | undefined {
  const kind = BINARY[vr];
  if (!kind) return undefined;
  const count = Math.floor(value.length / kind.width);
  return Array.from({ length: count }, (_, at) => kind.read(value, at * kind.width, littleEndian));
}

/** Numbers as a value, little endian; undefined for a VR that holds none. */
export function writeNumbers(numbers: readonly number[], vr: string): Buffer | undefined {
  const kind = BINARY[vr];
  if (!kind) return undefined;
  const bytes = Buffer.alloc(numbers.length * kind.width);
  for (const [at, number] of numbers.entries()) kind.write(bytes, number, at * kind.width);
  return bytes;
}
