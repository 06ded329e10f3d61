import { inflateRawSync } from 'node:zlib';
import dcmjs from 'dcmjs';

dcmjs.log.setLevel('silent');

/** One element as dcmjs reads it. */
export interface ReadElement {
  readonly vr: string;
  /** Values joined by backslash; bytes one character each; of a sequence nothing. */
  readonly text: string;
}

/** An object as another reader than the pipeline's sees it. */
export interface ReadObject {
  /** By path: `GGGGEEEE`, in sequences `GGGGEEEE[0].GGGGEEEE`; file meta too. */
  readonly elements: ReadonlyMap<string, ReadElement>;
  /** Paths of the items that are there, each with its dot: `GGGGEEEE[0].`. */
  readonly items: ReadonlySet<string>;
  /** The bytes to look for residues in: inflated where the syntax deflates. */
  readonly bytes: Buffer;
}

interface DcmjsElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
}
type DcmjsDict = Readonly<Record<string, DcmjsElement>>;

/** As it is: its types do not know the second argument. */
interface DcmjsReader {
  readFile(bytes: ArrayBuffer, options?: object): unknown;
}

const DEFLATED = '1.2.840.10008.1.2.1.99';

/** Reads a Part 10 file with dcmjs. Throws what dcmjs throws. */
export function readOutput(file: Buffer): ReadObject {
  const { meta, dict } = readDicts(file);
  const elements = new Map<string, ReadElement>();
  const items = new Set<string>();
  flatten(meta, '', { elements, items });
  flatten(dict, '', { elements, items });
  return { elements, items, bytes: inflated(file, elements.get('00020010')?.text) };
}

function readDicts(file: Buffer): { meta: DcmjsDict; dict: DcmjsDict } {
  const copy = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer;
  const read = (options?: object) =>
    (dcmjs.data.DicomMessage as DcmjsReader).readFile(copy, options) as { meta: DcmjsDict; dict: DcmjsDict };
  try {
    return read();
  } catch (error) {
    // It knows no code extensions; what it cannot decode is searched as bytes.
    if (error instanceof Error && /character set/i.test(error.message)) return read({ ignoreErrors: true });
    throw error;
  }
}

const BYTES = new Set(['OB', 'OW', 'UN']);

function flatten(
  dict: DcmjsDict,
  path: string,
  into: { elements: Map<string, ReadElement>; items: Set<string> },
): void {
  for (const [tag, { vr, Value = [] }] of Object.entries(dict)) {
    const at = `${path}${tag.toUpperCase()}`;
    if (vr !== 'SQ') {
      const text = Value.map(textOf).join('\\');
      into.elements.set(at, { vr, text: BYTES.has(vr) ? text : text.replace(/[ \0]+$/, '') });
      continue;
    }
    into.elements.set(at, { vr, text: '' });
    for (const [item, value] of Value.entries()) {
      into.items.add(`${at}[${item}].`);
      flatten(value as DcmjsDict, `${at}[${item}].`, into);
    }
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('latin1');
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  if (typeof value === 'object') return personName(value as Record<string, string>);
  return String(value as string | number);
}

/** PN comes as its groups of components. */
function personName(name: Readonly<Record<string, string>>): string {
  const groups = [name['Alphabetic'], name['Ideographic'], name['Phonetic']];
  while (groups.length > 0 && !groups.at(-1)) groups.pop();
  return groups.map((group) => group ?? '').join('=');
}

/** File meta and data set, the latter inflated: what was compressed hides from a search. */
function inflated(file: Buffer, transferSyntaxUID: string | undefined): Buffer {
  if (transferSyntaxUID !== DEFLATED) return file;
  const dataSetAt = 144 + file.readUInt32LE(140);
  return Buffer.concat([file.subarray(0, dataSetAt), inflateRawSync(file.subarray(dataSetAt))]);
}
