import { pickAttributes } from '../attributes/pick-attributes.js';
import { exceeded, limitsOf, malformed, type DicomLimits } from '../limits.js';
import { IMPLEMENTATION_CLASS_UID } from '../network/pdu/encoder.js';
import { ByteSource, type ByteStream } from './byte-source.js';
import { detectSyntax } from './detect-syntax.js';
import { metaElement, wrapMeta, type FileMeta } from './file-meta.js';
import { describeMeta, parseMeta, startsMeta, type MetaElement, type ParsedMeta } from './parse-meta.js';

/** A Part 10 file taken apart. */
export interface SplitPart10 {
  readonly meta: FileMeta;
  /** Group 0002 without its group length; values not copied. */
  readonly elements: readonly MetaElement[];
  /** Preamble (zeros), DICM and group 0002 with its length set right; what was missing is added. */
  readonly metaBytes: Buffer;
  readonly dataSet: ByteStream;
}

const SOP_CLASS_UID = 0x00080016;
const SOP_INSTANCE_UID = 0x00080018;
const REQUIRED = [0x00020002, 0x00020003, 0x00020010];
const PREAMBLE_BYTES = 128;
const FIRST_LOOK_BYTES = 1024;

/**
 * Separates file meta from data set, streaming (PS3.10 7.1). Also takes what real archives hold: no preamble, no group length or a
 * wrong one, meta that lacks elements or is not there at all; then the transfer syntax must be evident and the UIDs come from the data set.
 * Throws DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED, DICOM_SYNTAX_UNSUPPORTED.
 */
export async function splitPart10(
  file: AsyncIterable<Uint8Array>,
  limits: Partial<DicomLimits> = {},
): Promise<SplitPart10> {
  const source = new ByteSource(file);
  try {
    const found = await readMeta(source, limitsOf(limits).maxMetaBytes);
    const { elements, dataSet } = isComplete(found.elements)
      ? { elements: found.elements, dataSet: source.rest(found.end) }
      : await complete(found, source);
    const encoded = elements.map(({ tag, vr, value }) => metaElement(tag, vr, value));
    return { meta: describeMeta(elements), elements, metaBytes: wrapMeta(encoded), dataSet };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readMeta(source: ByteSource, maxBytes: number): Promise<ParsedMeta> {
  const head = await source.peek(PREAMBLE_BYTES + 8);
  const start = metaStart(head);
  if (start < 0) return { elements: [], end: 0 };
  for (let count = FIRST_LOOK_BYTES; ; count *= 2) {
    const bytes = await source.peek(count);
    const ended = bytes.length < count;
    const meta = parseMeta(ended ? Buffer.concat([bytes, Buffer.alloc(12)]) : bytes, start);
    if (meta !== undefined && meta.end <= bytes.length)
      return { elements: meta.elements.filter(({ tag }) => tag !== 0x00020000), end: meta.end };
    if (ended) throw malformed('the file meta information is truncated');
    if (count > maxBytes) throw exceeded('the file meta information is too large');
  }
}

/** Where group 0002 begins; -1 for a bare data set. */
function metaStart(head: Buffer): number {
  if (
    head.length >= PREAMBLE_BYTES + 4 &&
    head.toString('latin1', PREAMBLE_BYTES, PREAMBLE_BYTES + 4) === 'DICM'
  )
    return PREAMBLE_BYTES + 4;
  if (head.toString('latin1', 0, 4) === 'DICM') return 4;
  return startsMeta(head, 0) ? 0 : -1;
}

function isComplete(elements: readonly MetaElement[]): boolean {
  return REQUIRED.every((tag) => elements.some((element) => element.tag === tag && element.value.length > 0));
}

async function complete(
  found: ParsedMeta,
  source: ByteSource,
): Promise<{ elements: readonly MetaElement[]; dataSet: ByteStream }> {
  const head = (await source.peek(found.end + 16)).subarray(found.end);
  const transferSyntaxUID = describeMeta(found.elements).transferSyntaxUID || detectSyntax(head);
  const { values, replay } = await pickAttributes(source.rest(found.end), {
    transferSyntaxUID,
    tags: [SOP_CLASS_UID, SOP_INSTANCE_UID],
  });
  const additions: [number, string, Buffer | undefined][] = [
    [0x00020001, 'OB', Buffer.from([0, 1])],
    [0x00020002, 'UI', values.get(SOP_CLASS_UID)?.value],
    [0x00020003, 'UI', values.get(SOP_INSTANCE_UID)?.value],
    [0x00020010, 'UI', Buffer.from(transferSyntaxUID)],
    [0x00020012, 'UI', Buffer.from(IMPLEMENTATION_CLASS_UID)],
  ];
  const elements = new Map(found.elements.map((element) => [element.tag, element]));
  for (const [tag, vr, value] of additions) {
    if (value !== undefined && !elements.get(tag)?.value.length) elements.set(tag, { tag, vr, value });
  }
  return { elements: [...elements.values()].sort((a, b) => a.tag - b.tag), dataSet: replay };
}
