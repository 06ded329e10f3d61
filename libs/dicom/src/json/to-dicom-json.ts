import { readText } from '../text/decode-text.js';
import { usesCharset } from '../text/repertoires.js';
import { exceeded, malformed } from '../limits.js';
import { streamOf } from '../part10/byte-source.js';
import { rewritePart10 } from '../part10/rewrite-part10.js';
import type { ElementAction, ElementView } from '../data-set/rewrite.types.js';

/** The DICOM JSON model (PS3.18 F.2): attributes by eight hexadecimal digits. */
export interface DicomJson {
  [tag: string]: { vr: string; Value?: readonly unknown[]; InlineBinary?: string };
}

type ParsedElements = Record<string, { vr: string; Value?: unknown[] }>;

const MAX_BYTES = 64 * 1024 * 1024;
/** dcmjs looks at nested sequences once per level. */
const JSON_LIMITS = { maxHeaderBytes: 4 * 1024 * 1024, maxDepth: 32 };
const SPECIFIC_CHARACTER_SET = 0x00080005;
const UTF_8 = Buffer.from('ISO_IR 192');
const KEEP: ElementAction = { do: 'keep' };

/**
 * A Part 10 file (at most 64 MiB, of it 4 MiB header, 32 levels) as DICOM JSON; pixel data and other bulk appear without value.
 * Throws DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED, DICOM_SYNTAX_UNSUPPORTED.
 */
export async function toDicomJson(part10: Buffer): Promise<DicomJson> {
  if (part10.length > MAX_BYTES) throw exceeded('the object is too large for DICOM JSON');
  const { default: dcmjs } = await import('dcmjs');
  // At their default levels its loggers print private values to stderr.
  for (const logger of [dcmjs.log, dcmjs.log.getLogger('validation.dcmjs')]) logger.setLevel('silent');
  const bytes = await plainText(part10);
  try {
    return jsonOf(dcmjs.data.DicomMessage.readFile(bytes).dict);
  } catch (error) {
    throw malformed('the object cannot be read as DICOM JSON', error);
  }
}

/** The same object with all text in UTF-8 (dcmjs knows no code extension) and without bulk, checked to its end before dcmjs sees it. */
async function plainText(part10: Buffer): Promise<ArrayBuffer> {
  const blocks: Buffer[] = [];
  const plan = { decide: decideText, stamp: () => [{ tag: SPECIFIC_CHARACTER_SET, vr: 'CS', value: UTF_8 }] };
  for await (const block of rewritePart10(streamOf(part10), plan, JSON_LIMITS)) blocks.push(block);
  const whole = new Uint8Array(Buffer.concat(blocks));
  return whole.buffer;
}

function decideText(element: ElementView): ElementAction {
  const { tag, vr, value, charset } = element;
  if (value === undefined) return vr === 'SQ' ? KEEP : { do: 'empty' };
  if (tag === SPECIFIC_CHARACTER_SET) return { do: 'replace', value: UTF_8 };
  return usesCharset(vr)
    ? { do: 'replace', value: Buffer.from(readText(value, vr, charset).text, 'utf8') }
    : KEEP;
}

function jsonOf(elements: ParsedElements): DicomJson {
  const json: DicomJson = {};
  for (const [tag, { vr, Value = [] }] of Object.entries(elements)) {
    const [first] = Value;
    if (first instanceof ArrayBuffer)
      json[tag] = first.byteLength > 0 ? { vr, InlineBinary: Buffer.from(first).toString('base64') } : { vr };
    else
      json[tag] = Value.some((value) => value !== '')
        ? { vr, Value: Value.map((value) => valueOf(vr, value)) }
        : { vr };
  }
  return json;
}

/** PS3.18 F.2.3. */
function valueOf(vr: string, value: unknown): unknown {
  if (vr === 'SQ') return jsonOf(value as ParsedElements);
  if (vr === 'AT' && typeof value === 'number') return value.toString(16).padStart(8, '0').toUpperCase();
  if (typeof value === 'bigint') return value.toString();
  return value === '' || Number.isNaN(value) ? null : value;
}
