import dcmjs from 'dcmjs';
import type { ReadBufferStream, ReadTag } from 'dcmjs';

/** One element as dcmjs reads it, in the order of the file. */
export interface ElementAgain {
  /** Tags of the sequences around it, outermost first, eight hexadecimal digits each. */
  readonly path: readonly string[];
  readonly tag: string;
  /** By dcmjs' own dictionary; undefined for private elements and what it does not know. */
  readonly keyword: string | undefined;
  readonly vr: string;
  /** The value's bytes, one character each; values are separated by a backslash. Undefined for sequences and binary numbers. */
  readonly value: string | undefined;
}

const { DicomMessage, DicomMetaDictionary, ReadBufferStream: Stream } = dcmjs.data;

const IMPLICIT_LE = '1.2.840.10008.1.2';
const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const EXPLICIT_BE = '1.2.840.10008.1.2.2';
const TRANSFER_SYNTAX = '00020010';
const PREAMBLE_BYTES = 128;
/** Preamble, DICM and the group length element (PS3.10 7.1). */
const META_LENGTH_AT = 140;
const META_STARTS_AT = 144;
/** Below, dcmjs recurses once per level. */
const MOST_LEVELS = 64;

/** Bytes as they are: which character set they are in is for who looks at them to try. */
const RAW = {
  decode: ({ buffer, byteOffset, byteLength }: DataView) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('latin1'),
};

/**
 * Every element of a Part 10 file, read by dcmjs: a second opinion on what stands in it. A deflated data set must have been inflated and
 * pixel data taken out before. Elements of one tag are all told, which dcmjs' own way of gathering them does not do. Takes time and memory as a
 * hostile file wants: to be run in a thread that may be ended. Throws an Error where dcmjs does, and for more than 64 levels.
 */
export function readAgain(file: ArrayBuffer): ElementAgain[] {
  // At their default levels its loggers print private values to stderr.
  for (const logger of [dcmjs.log, dcmjs.log.getLogger('validation.dcmjs')]) logger.setLevel('silent');
  const stream = new Stream(file, true);
  stream.increment(PREAMBLE_BYTES);
  if (stream.readAsciiString(4) !== 'DICM') throw new Error('no DICM');
  stream.offset = META_STARTS_AT;
  const meta = stream.more(new DataView(file).getUint32(META_LENGTH_AT, true));
  const elements = readAll(meta, EXPLICIT_LE);
  const syntax = elements.find(({ tag }) => tag === TRANSFER_SYNTAX)?.value?.replace(/[ \0]+$/, '');
  const rest = stream.more(stream.size - stream.offset);
  return [
    ...elements,
    ...readAll(rest, syntax === IMPLICIT_LE || syntax === EXPLICIT_BE ? syntax : EXPLICIT_LE),
  ];
}

/** dcmjs reads items by the method of this name: ours sees them in its place. */
function readAll(stream: ReadBufferStream, syntax: string): ElementAgain[] {
  const elements: ElementAgain[] = [];
  const inItsPlace = DicomMessage._read;
  let level = 0;
  DicomMessage._read = (items) => {
    level += 1;
    if (level > MOST_LEVELS) throw new Error('too many levels');
    const read = readLevel(items, syntax);
    level -= 1;
    return read;
  };
  try {
    flatten(readLevel(stream, syntax), [], elements);
    return elements;
  } finally {
    DicomMessage._read = inItsPlace;
  }
}

function readLevel(stream: ReadBufferStream, syntax: string): ReadTag[] {
  stream.setDecoder(RAW);
  const read: ReadTag[] = [];
  while (!stream.end()) read.push(DicomMessage._readTag(stream, syntax));
  return read;
}

function flatten(level: readonly ReadTag[], path: readonly string[], out: ElementAgain[]): void {
  for (const { tag, vr, values, rawValues } of level) {
    const number = tag.toCleanString();
    const isSequence = vr.type === 'SQ';
    out.push({
      path,
      tag: number,
      keyword: DicomMetaDictionary.dictionary[tag.toString()]?.name,
      vr: vr.type,
      value: isSequence ? undefined : (textOf(rawValues) ?? textOf(values)),
    });
    if (isSequence)
      for (const item of values as (readonly ReadTag[])[]) flatten(item, [...path, number], out);
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('latin1');
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(textOf);
  return parts.some((part) => part === undefined) ? undefined : parts.join('\\');
}
