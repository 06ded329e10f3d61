import { createDeflateRaw, deflateRawSync } from 'node:zlib';
import { encodeDataSet, sampleUid, seededRandom, type SampleDataSet } from '@sluice/samples';
import { CT_IMAGE, EXPLICIT_LE } from '../ground/pdus.js';

/** One hostile data set, and what the sender must hear of it: success (then it must settle), a refusal, or either. */
export interface HostileDataSet {
  readonly what: string;
  readonly transferSyntaxUID: string;
  readonly sopInstanceUID: string;
  readonly dataSet: Buffer;
  readonly answer: 'stored' | 'refused' | 'any';
}

export const DEFLATED = '1.2.840.10008.1.2.1.99';
/** Planted where a person's name would stand: it must be in no log. */
export const MARKER = 'HOSTILEMARKER';
const ENCLOSING = 0xffffffff;
const MIB = 1024 * 1024;

/** The hostile data sets, made one at a time: some are large. */
export async function* hostileDataSets(): AsyncGenerator<HostileDataSet> {
  for (const make of [nested, declared, crowded, long, bare, named]) yield* make();
  yield* await deflated();
}

/** A lawful object whose header is as large as the hostile ones: 400,000 items with an element each, as many frames have. */
export function largeHeader(name: string): HostileDataSet {
  const one = encodeDataSet([[0x0040a040, 'CS', 'NUM']]);
  const whole = Buffer.concat([item(one.length), one]);
  const items = Buffer.alloc(whole.length * 400_000, whole);
  return late(`large header ${name}`, Buffer.concat([header(0x0040a730, 'SQ', items.length, 0), items]));
}

function* nested(): Generator<HostileDataSet> {
  for (const depth of [65, 20_000, 400_000]) {
    yield early(`${depth} levels of sequences before the UIDs`, nest(0x00081140, depth), 'refused');
    yield late(`${depth} levels of sequences after the UIDs`, nest(0x0040a730, depth));
  }
}

function* declared(): Generator<HostileDataSet> {
  yield early(
    'an element of 4 GiB in 16 bytes before the UIDs',
    header(0x00091001, 'OB', 0xfffffffe, 16),
    'refused',
  );
  yield late('an element of 4 GiB in 16 bytes after the UIDs', header(0x00411001, 'OB', 0xfffffffe, 16));
  yield late('pixel data of 4 GiB in 16 bytes', header(0x7fe00010, 'OW', 0xfffffffe, 16));
  yield late('pixel data that never ends', header(0x7fe00010, 'OB', ENCLOSING, 16));
  yield late('a sequence that never ends', header(0x0040a730, 'SQ', ENCLOSING, 0));
  yield late(
    'an item longer than its sequence',
    Buffer.concat([header(0x0040a730, 'SQ', 8, 0), item(0x1000)]),
  );
}

function* crowded(): Generator<HostileDataSet> {
  const items = (count: number) =>
    Buffer.concat([header(0x0040a730, 'SQ', count * 8, 0), Buffer.alloc(count * 8, item(0))]);
  yield early(
    '1,100,000 items before the UIDs',
    Buffer.concat([header(0x00081140, 'SQ', 8_800_000, 0), Buffer.alloc(8_800_000, item(0))]),
    'refused',
  );
  yield late('900,000 items', items(900_000));
  yield late('1,100,000 items', items(1_100_000));
  yield late('900,000 items of undefined length', openItems(900_000));
  yield late('400,000 items with a private element each', privateItems(400_000));
  yield late('1,000,000 empty private elements', elements(1_000_000));
  yield late('100,000 items with a name each', named100k());
}

/** Values that make careless text handling quadratic. */
function* long(): Generator<HostileDataSet> {
  const value = (pattern: string, bytes: number) => Buffer.alloc(bytes, pattern, 'latin1');
  yield late('a text of 1 MB of words', encodeDataSet([[0x00411001, 'UT', value(`${MARKER} `, 1_000_000)]]));
  yield late('500,000 values in one element', encodeDataSet([[0x00411001, 'UC', value('A\\', 1_000_000)]]));
  yield late('a text of 1 MB of spaces', encodeDataSet([[0x00411001, 'UT', value(' ', 1_000_000)]]));
  yield late('a text of 1 MB of carets', encodeDataSet([[0x00411001, 'UT', value('^', 1_000_000)]]));
  yield whole('a comment of 64 KB of escapes in ISO 2022', {
    0x00080005: ['CS', '\\ISO 2022 IR 87\\ISO 2022 IR 149'],
    0x00104000: ['LT', value('\x1b$B!!\x1b(B', 60_000)],
  });
  yield whole('a name of 60 KB of escapes', {
    0x00080005: ['CS', 'ISO 2022 IR 6\\ISO 2022 IR 58'],
    0x00100010: ['PN', value('\x1b$)A\xb0\xa1^=', 60_000)],
  });
  yield whole('5,000 character sets', { 0x00080005: ['CS', value('ISO_IR 100\\', 55_000)] });
  yield whole('a patient id of 60 KB', { 0x00100020: ['LO', value('9', 60_000)] });
}

function* bare(): Generator<HostileDataSet> {
  yield raw('nothing at all', Buffer.alloc(0), 'refused');
  yield raw('one byte', Buffer.alloc(1), 'refused');
  yield raw('pixel data alone', encodeDataSet([[0x7fe00010, 'OW', Buffer.alloc(1000)]]), 'refused');
  yield raw('zeros', Buffer.alloc(MIB), 'refused');
  yield raw(
    'an element before the one before',
    encodeDataSet([[0x00080018, 'UI', '1.2']]).subarray(0),
    'refused',
  );
}

/** UIDs that would be paths, headers or many. */
function* named(): Generator<HostileDataSet> {
  const bad = [
    '../../../../etc/passwd',
    `1.${'2'.repeat(80)}`,
    '1.2\0.3',
    '1.2\\1.3',
    '1.2\r\nX: y',
    '',
    '1..2',
    '%2e%2e/',
    '٣.٤',
  ];
  for (const [index, uid] of bad.entries()) {
    for (const tag of [0x0020000d, 0x0020000e, 0x00080018]) {
      yield {
        ...whole(`bad UID ${index} in ${tag.toString(16)}`, { [tag]: ['UI', Buffer.from(uid)] }),
        answer: 'refused',
      };
    }
  }
}

async function deflated(): Promise<HostileDataSet[]> {
  const after = Buffer.concat([encodeDataSet(base('bomb')), header(0x7fe00010, 'OW', 1024 * MIB, 0)]);
  const before = header(0x00091001, 'OB', 1024 * MIB, 0);
  const uid = sampleUid('hostile', 'bomb');
  const noise = randomBytes(100_000, 7);
  const whole = deflateRawSync(encodeDataSet([...base('cut'), [0x7fe00010, 'OW', Buffer.from(noise)]]));
  const made = (what: string, dataSet: Buffer, answer: HostileDataSet['answer']) => ({
    what,
    dataSet,
    answer,
    transferSyntaxUID: DEFLATED,
    sopInstanceUID: uid,
  });
  return [
    made('1 GiB of zeros, deflated, before the UIDs', await bomb(before), 'refused'),
    made('1 GiB of zeros, deflated, after the UIDs', await bomb(after), 'stored'),
    made('noise called deflated', noise, 'refused'),
    {
      ...made('a deflated data set cut in the middle', whole.subarray(0, whole.length / 2), 'any'),
      sopInstanceUID: sampleUid('hostile', 'cut'),
    },
  ];
}

/** `head`, then 1 GiB of zeros, deflated: about 1 MiB. */
async function bomb(head: Buffer): Promise<Buffer> {
  const deflater = createDeflateRaw({ level: 1 });
  const out: Buffer[] = [];
  deflater.on('data', (chunk: Buffer) => out.push(chunk));
  const zeros = Buffer.alloc(4 * MIB);
  deflater.write(head);
  for (let sent = 0; sent < 256; sent += 1) await new Promise((resolve) => deflater.write(zeros, resolve));
  await new Promise<void>((resolve) => deflater.end(resolve));
  return Buffer.concat(out);
}

/** What every hostile CT has in common: its UIDs follow from its name. */
function base(what: string): SampleDataSet {
  return [
    [0x00080016, 'UI', CT_IMAGE],
    [0x00080018, 'UI', sampleUid('hostile', what)],
    [0x00080060, 'CS', 'CT'],
    [0x00100010, 'PN', `${MARKER}^X`],
    [0x00100020, 'LO', `${MARKER}1`],
    [0x0020000d, 'UI', sampleUid('hostile study', what)],
    [0x0020000e, 'UI', sampleUid('hostile series', what)],
  ];
}

function raw(what: string, dataSet: Buffer, answer: HostileDataSet['answer'] = 'any'): HostileDataSet {
  return {
    what,
    dataSet,
    answer,
    transferSyntaxUID: EXPLICIT_LE,
    sopInstanceUID: sampleUid('hostile', what),
  };
}

/** The base with elements replaced or added. */
function whole(
  what: string,
  over: Readonly<Record<number, readonly [string, string | Buffer]>>,
): HostileDataSet {
  const replaced = Object.entries(over).map(([tag, [vr, value]]) => [Number(tag), vr, value] as const);
  const kept = base(what).filter(([tag]) => !(tag in over));
  return raw(what, encodeDataSet([...kept, ...replaced]));
}

/** Intake meets the hostile bytes while it looks for the UIDs. */
function early(what: string, bytes: Buffer, answer: HostileDataSet['answer']): HostileDataSet {
  const tag = ((bytes.readUInt16LE(0) << 16) | bytes.readUInt16LE(2)) >>> 0;
  const head = base(what).filter(([each]) => each < tag);
  return raw(
    what,
    Buffer.concat([encodeDataSet(head), bytes, encodeDataSet(base(what).filter(([each]) => each > tag))]),
    answer,
  );
}

/** Intake has its UIDs; scrubbing meets the hostile bytes. */
function late(what: string, bytes: Buffer): HostileDataSet {
  return raw(what, Buffer.concat([encodeDataSet(base(what)), bytes]), 'stored');
}

function nest(tag: number, depth: number): Buffer {
  const level = Buffer.concat([header(tag, 'SQ', ENCLOSING, 0), item(ENCLOSING)]);
  const inner = Buffer.concat([header(tag, 'SQ', ENCLOSING, 0), item(ENCLOSING)]);
  return Buffer.concat([level, ...Array.from({ length: depth - 1 }, () => inner)]);
}

function elements(count: number): Buffer {
  const bytes = Buffer.alloc(count * 8);
  for (let index = 0; index < count; index += 1) {
    bytes.writeUInt16LE(0x0041 + 2 * Math.floor(index / 0xf000), index * 8);
    bytes.writeUInt16LE(0x1000 + (index % 0xf000), index * 8 + 2);
    bytes.write('LO', index * 8 + 4, 'latin1');
  }
  return bytes;
}

function openItems(count: number): Buffer {
  const one = Buffer.concat([item(ENCLOSING), Buffer.from([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0])]);
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return Buffer.concat([header(0x0040a730, 'SQ', ENCLOSING, 0), Buffer.alloc(count * one.length, one), end]);
}

/** Each loses its element: every length changes. */
function privateItems(count: number): Buffer {
  const one = encodeDataSet([[0x00411001, 'LO', MARKER]]);
  const whole = Buffer.concat([item(one.length), one]);
  return Buffer.concat([
    header(0x0040a730, 'SQ', whole.length * count, 0),
    Buffer.alloc(whole.length * count, whole),
  ]);
}

function named100k(): Buffer {
  const one = encodeDataSet([[0x0040a123, 'PN', `${MARKER}^Y`]]);
  const with8 = Buffer.concat([item(one.length), one]);
  return Buffer.concat([
    header(0x0040a730, 'SQ', with8.length * 100_000, 0),
    Buffer.alloc(with8.length * 100_000, with8),
  ]);
}

/** An explicit little-endian header that declares what it likes, and `given` bytes of value. */
function header(tag: number, vr: 'OB' | 'OW' | 'SQ', declaredLength: number, given: number): Buffer {
  const bytes = Buffer.alloc(12 + given, 0x20);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.write(`${vr}\0\0`, 4, 'latin1');
  bytes.writeUInt32LE(declaredLength, 8);
  return bytes;
}

function item(length: number): Buffer {
  const bytes = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

/** Noise that is the same each time. */
export function randomBytes(size: number, seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)));
}
