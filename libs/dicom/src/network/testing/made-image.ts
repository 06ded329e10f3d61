/** Explicit VR little endian. */
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

const LONG_FORM = new Set(['OB', 'OW', 'UN', 'SQ']);

/** A made CT of noise: the data set in explicit VR little endian. `pixelBytes` is even; 524288 is 512 x 512 x 16 bit. */
export function makeDataSet(sopInstanceUID: string, pixelBytes: number): Buffer {
  const rows = Math.max(1, pixelBytes >> 10);
  const pixels = Buffer.alloc(pixelBytes);
  for (let at = 0; at + 4 <= pixelBytes; at += 4) pixels.writeUInt32LE((at * 2654435761) >>> 0, at);
  return Buffer.concat([
    element(0x00080016, 'UI', CT_IMAGE),
    element(0x00080018, 'UI', sopInstanceUID),
    element(0x00080060, 'CS', 'CT'),
    element(0x00100010, 'PN', 'MADE^IMAGE'),
    element(0x00100020, 'LO', 'MADE'),
    element(0x0020000d, 'UI', '2.25.1'),
    element(0x0020000e, 'UI', '2.25.2'),
    element(0x00280002, 'US', us(1)),
    element(0x00280004, 'CS', 'MONOCHROME2'),
    element(0x00280010, 'US', us(rows)),
    element(0x00280011, 'US', us(512)),
    element(0x00280100, 'US', us(16)),
    element(0x00280101, 'US', us(16)),
    element(0x00280102, 'US', us(15)),
    element(0x00280103, 'US', us(0)),
    element(0x7fe00010, 'OW', pixels),
  ]);
}

/** The same as a Part 10 file (PS3.10 7.1). */
export function makeFile(sopInstanceUID: string, pixelBytes: number): Buffer {
  const meta = Buffer.concat([
    element(0x00020001, 'OB', Buffer.from([0, 1])),
    element(0x00020002, 'UI', CT_IMAGE),
    element(0x00020003, 'UI', sopInstanceUID),
    element(0x00020010, 'UI', EXPLICIT_LITTLE_ENDIAN),
    element(0x00020012, 'UI', '2.25.3'),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x00020000, 'UL', length),
    meta,
    makeDataSet(sopInstanceUID, pixelBytes),
  ]);
}

function element(tag: number, vr: string, value: string | Buffer): Buffer {
  const raw = Buffer.from(value as string);
  const bytes = raw.length % 2 === 0 ? raw : Buffer.concat([raw, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
  const head = Buffer.alloc(LONG_FORM.has(vr) ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (head.length === 12) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function us(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
