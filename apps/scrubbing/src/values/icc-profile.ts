/**
 * Colour profiles (ICC.1:2010): numbers say how colours look, the rest of one says when, by whom and on what it was made, in words that are not
 * bounded. A profile is built anew of its numbers.
 */

/** ICC Profile (PS3.3 C.11.15), at any depth. */
export const ICC_PROFILE = 0x00282000;

const HEADER_BYTES = 128;
const ENTRY_BYTES = 12;
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_TAGS = 100;
const CLASSES = new Set(['scnr', 'mntr', 'prtr', 'spac']);
const SPACES = new Set(['RGB ', 'GRAY', 'YCbr', 'XYZ ', 'Lab ']);
const CONNECTIONS = new Set(['XYZ ', 'Lab ']);
/** Tags whose values are numbers. */
const NUMERIC_TAGS = new Set(
  'wtpt bkpt lumi chad rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 gamt'.split(' '),
);
/** One of these sets makes a profile that colours can be computed with (ICC.1 8.3). */
const USABLE: readonly (readonly string[])[] = [
  ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'],
  ['kTRC'],
  ['A2B0'],
];
/** Bytes of the parameters of a parametric curve, by its function (ICC.1 10.16). */
const PARAMETER_BYTES = [4, 12, 16, 20, 28];
const DESCRIPTION = 'Colour profile';
const COPYRIGHT = 'Not told';
/** D50, as every profile has it. */
const ILLUMINANT = Buffer.from('0000f6d6000100000000d32d', 'hex');

interface Tag {
  readonly name: string;
  readonly data: Buffer;
}

/** The profile with its numbers alone; undefined where it is none, or has too few of them to be used. */
export function cleanIccProfile(profile: Buffer): Buffer | undefined {
  if (profile.length < HEADER_BYTES + 4 || profile.length > MOST_BYTES) return undefined;
  const at = (start: number) => profile.toString('latin1', start, start + 4);
  if (at(36) !== 'acsp' || !CLASSES.has(at(12)) || !SPACES.has(at(16)) || !CONNECTIONS.has(at(20)))
    return undefined;
  const numbers = numericTags(profile);
  const names = new Set(numbers.map(({ name }) => name));
  if (!names.has('wtpt') || !USABLE.some((all) => all.every((name) => names.has(name)))) return undefined;
  const isNew = (profile[8] as number) >= 4;
  const description = { name: 'desc', data: isNew ? localized(DESCRIPTION) : described(DESCRIPTION) };
  const copyright = { name: 'cprt', data: isNew ? localized(COPYRIGHT) : plain(COPYRIGHT) };
  return assembled(profile, [description, copyright, ...numbers]);
}

function numericTags(profile: Buffer): Tag[] {
  const count = profile.readUInt32BE(HEADER_BYTES);
  if (count > MOST_TAGS || HEADER_BYTES + 4 + count * ENTRY_BYTES > profile.length) return [];
  return Array.from({ length: count }, (_, index) => {
    const entry = HEADER_BYTES + 4 + index * ENTRY_BYTES;
    const [start, length] = [profile.readUInt32BE(entry + 4), profile.readUInt32BE(entry + 8)];
    return {
      name: profile.toString('latin1', entry, entry + 4),
      data: profile.subarray(start, start + length),
    };
  }).filter(
    ({ name, data }, index, all) =>
      NUMERIC_TAGS.has(name) && isNumeric(data) && all.findIndex((tag) => tag.name === name) === index,
  );
}

/** As long as its numbers are, and not a byte longer. */
function isNumeric(data: Buffer): boolean {
  return data.length >= 12 && data.readUInt32BE(4) === 0 && data.length === lengthOf(data);
}

function lengthOf(data: Buffer): number | undefined {
  switch (data.toString('latin1', 0, 4)) {
    case 'XYZ ':
      return 20;
    case 'sf32':
      return 8 + 4 * 9;
    case 'curv':
      return 12 + 2 * data.readUInt32BE(8);
    case 'para':
      return 12 + (PARAMETER_BYTES[data.readUInt16BE(8)] ?? NaN);
    case 'mft1':
      return data.length < 48 ? undefined : 48 + tableEntries(data, 256, 256);
    case 'mft2':
      return data.length < 52
        ? undefined
        : 52 + 2 * tableEntries(data, data.readUInt16BE(48), data.readUInt16BE(50));
    default:
      return undefined;
  }
}

/** Of the input tables, the grid between and the output tables (ICC.1 10.8 and 10.9). */
function tableEntries(data: Buffer, inputEntries: number, outputEntries: number): number {
  const [inputs = 0, outputs = 0, grid = 0] = data.subarray(8, 11);
  return inputs * inputEntries + grid ** inputs * outputs + outputs * outputEntries;
}

function assembled(profile: Buffer, tags: readonly Tag[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  profile.copy(header, 8, 8, 10);
  profile.copy(header, 12, 12, 24);
  // A day that says nothing.
  Buffer.from([0x07, 0xd0, 0, 1, 0, 1]).copy(header, 24);
  header.write('acsp', 36, 'latin1');
  header.writeUInt32BE(profile.readUInt32BE(64) & 3, 64);
  ILLUMINANT.copy(header, 68);
  const table = Buffer.alloc(4 + tags.length * ENTRY_BYTES);
  table.writeUInt32BE(tags.length);
  let start = HEADER_BYTES + table.length;
  const data = tags.map((tag, index) => {
    const padded = Buffer.concat([tag.data, Buffer.alloc(-tag.data.length & 3)]);
    const entry = 4 + index * ENTRY_BYTES;
    table.write(tag.name, entry, 'latin1');
    table.writeUInt32BE(start, entry + 4);
    table.writeUInt32BE(tag.data.length, entry + 8);
    start += padded.length;
    return padded;
  });
  header.writeUInt32BE(start);
  return Buffer.concat([header, table, ...data]);
}

/** Text of version 2: plain, and as a description with nothing in its other scripts. */
function plain(text: string): Buffer {
  return Buffer.concat([Buffer.from('text\0\0\0\0', 'latin1'), Buffer.from(`${text}\0`, 'latin1')]);
}

function described(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length + 1);
  const ascii = Buffer.from(`${text}\0`, 'latin1');
  return Buffer.concat([Buffer.from('desc\0\0\0\0', 'latin1'), length, ascii, Buffer.alloc(8 + 3 + 67)]);
}

/** Text of version 4, in one language. */
function localized(text: string): Buffer {
  const head = Buffer.alloc(28);
  head.write('mluc', 0, 'latin1');
  head.writeUInt32BE(1, 8);
  head.writeUInt32BE(12, 12);
  head.write('enUS', 16, 'latin1');
  head.writeUInt32BE(2 * text.length, 20);
  head.writeUInt32BE(28, 24);
  return Buffer.concat([head, Buffer.from(text, 'utf16le').swap16()]);
}
