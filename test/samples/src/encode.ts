/** One element to encode: tag 0xGGGGEEEE, VR, and a value: text, bytes, or the items of a sequence. */
export type SampleElement = readonly [
  tag: number,
  vr: string,
  value: string | Buffer | readonly SampleDataSet[],
];
export type SampleDataSet = readonly SampleElement[];

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED = 0xffffffff;

/** Encodes a data set in tag order, explicit or implicit VR little endian (PS3.5 7.1); sequences have undefined length. */
export function encodeDataSet(dataSet: SampleDataSet, explicit = true): Buffer {
  const sorted = [...dataSet].sort((a, b) => a[0] - b[0]);
  return Buffer.concat(sorted.map((element) => encodeElement(element, explicit)));
}

/** Little-endian unsigned 16-bit value, VR US. */
export function us(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** Little-endian unsigned 32-bit value, VR UL. */
export function ul(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Little-endian 64-bit float, VR FD. */
export function fd(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function encodeElement([tag, vr, value]: SampleElement, explicit: boolean): Buffer {
  if (Array.isArray(value)) return encodeSequence(tag, value as readonly SampleDataSet[], explicit);
  const bytes =
    typeof value === 'string' ? padded(Buffer.from(value, 'utf8'), vr) : padded(value as Buffer, vr);
  return Buffer.concat([header(tag, vr, { length: bytes.length, explicit }), bytes]);
}

function encodeSequence(tag: number, items: readonly SampleDataSet[], explicit: boolean): Buffer {
  const encoded = items.map((item) => {
    const body = encodeDataSet(item, explicit);
    return Buffer.concat([delimiter(0xfffee000, body.length), body]);
  });
  return Buffer.concat([
    header(tag, 'SQ', { length: UNDEFINED, explicit }),
    ...encoded,
    delimiter(0xfffee0dd, 0),
  ]);
}

function header(
  tag: number,
  vr: string,
  { length, explicit }: { length: number; explicit: boolean },
): Buffer {
  const bytes = Buffer.alloc(explicit && LONG.has(vr) ? 12 : 8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  if (!explicit) {
    bytes.writeUInt32LE(length, 4);
    return bytes;
  }
  bytes.write(vr, 4, 'latin1');
  if (LONG.has(vr)) bytes.writeUInt32LE(length, 8);
  else bytes.writeUInt16LE(length, 6);
  return bytes;
}

function delimiter(tag: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

/** Even length, padded as PS3.5 6.2 asks: UI and bytes by zero, text by space. */
function padded(bytes: Buffer, vr: string): Buffer {
  if (bytes.length % 2 === 0) return bytes;
  const binary = vr === 'UI' || vr === 'OB' || vr === 'UN';
  return Buffer.concat([bytes, Buffer.from([binary ? 0 : 0x20])]);
}
