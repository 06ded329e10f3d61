import { exceeded, limitsOf, malformed, type DicomLimits } from '../limits.js';
import { ByteSource, type ByteStream } from './byte-source.js';
import { detectSyntax } from './detect-syntax.js';
import { metaElement, wrapMeta, type FileMeta } from './file-meta.js';
import { describeMeta, parseMeta, startsMeta, type MetaElement, type ParsedMeta } from './parse-meta.js';

/** A Part 10 file taken apart. */
export interface SplitPart10 {
  readonly meta: FileMeta;
  /** Group 0002 without its group length; values not copied. */
  readonly elements: readonly MetaElement[];
  /** Preamble (zeros), DICM and group 0002 with its length set right; a transfer syntax that was missing is added. */
  readonly metaBytes: Buffer;
  readonly dataSet: ByteStream;
}

const PREAMBLE_BYTES = 128;
const FIRST_LOOK_BYTES = 1024;

/**
 * Separates file meta from data set, streaming (PS3.10 7.1). Also takes what real archives hold: no preamble, no group length or a
 * wrong one, no file meta at all; then the transfer syntax must be evident. Throws DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED.
 */
export async function splitPart10(file: AsyncIterable<Uint8Array>, limits: Partial<DicomLimits> = {}): Promise<SplitPart10> {
  const source = new ByteSource(file);
  try {
    const { elements, end } = await readMeta(source, limitsOf(limits).maxMetaBytes);
    return { ...completed(elements, (await source.peek(end + 16)).subarray(end)), dataSet: source.rest(end) };
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
    if (meta !== undefined && meta.end <= bytes.length) return { elements: meta.elements.filter(({ tag }) => tag !== 0x00020000), end: meta.end };
    if (ended) throw malformed('the file meta information is truncated');
    if (count > maxBytes) throw exceeded('the file meta information is too large');
  }
}

/** Where group 0002 begins; -1 for a bare data set. */
function metaStart(head: Buffer): number {
  if (head.length >= PREAMBLE_BYTES + 4 && head.toString('latin1', PREAMBLE_BYTES, PREAMBLE_BYTES + 4) === 'DICM') return PREAMBLE_BYTES + 4;
  if (head.toString('latin1', 0, 4) === 'DICM') return 4;
  return startsMeta(head, 0) ? 0 : -1;
}

function completed(found: readonly MetaElement[], dataSetHead: Buffer): Omit<SplitPart10, 'dataSet'> {
  const described = describeMeta(found);
  const transferSyntaxUID = described.transferSyntaxUID || detectSyntax(dataSetHead);
  const elements = described.transferSyntaxUID ? found : withTransferSyntax(found, transferSyntaxUID);
  const encoded = elements.map(({ tag, vr, value }) => metaElement(tag, vr, value));
  return { meta: { ...described, transferSyntaxUID }, elements, metaBytes: wrapMeta(encoded) };
}

function withTransferSyntax(elements: readonly MetaElement[], uid: string): MetaElement[] {
  const padded = Buffer.from(uid.length % 2 ? `${uid}\0` : uid, 'latin1');
  const others = elements.filter(({ tag }) => tag !== 0x00020010);
  return [...others, { tag: 0x00020010, vr: 'UI', value: padded }].sort((a, b) => a.tag - b.tag);
}
