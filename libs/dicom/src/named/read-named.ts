import type { ElementView } from '../data-set/rewrite.types.js';
import { keywordOf } from '../dictionary/elements.js';
import type { DicomLimits } from '../limits.js';
import { readElements } from '../part10/rewrite-part10.js';
import { decodeText } from '../text/decode-text.js';
import { readNumbers } from './binary-numbers.js';
import type { NamedDataSet, NamedValue } from './named.types.js';

/** Each element becomes an object of ours, so fewer are let in than a rewrite takes. */
const NAMED_LIMITS = {
  maxDepth: 32,
  maxElements: 500_000,
  maxItems: 200_000,
  maxHeaderBytes: 16 * 1024 * 1024,
};
const BYTES = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN', 'SV', 'UV']);

interface Growing {
  [keyword: string]: NamedValue | Growing[];
}

/**
 * The header of a Part 10 file by keywords, at all depths: no file meta, no private elements, no pixels and nothing longer than 1 MiB.
 * The whole is read and checked. Throws what readElements throws.
 */
export async function readNamed(
  source: AsyncIterable<Uint8Array>,
  limits: Partial<DicomLimits> = {},
): Promise<NamedDataSet> {
  const root: Growing = {};
  await readElements(source, (element) => keep(root, element), { ...NAMED_LIMITS, ...limits });
  return root as NamedDataSet;
}

function keep(root: Growing, element: ElementView): void {
  const { tag, path } = element;
  const odd = (at: number) => ((at >>> 16) & 1) === 1;
  if (tag >>> 16 === 2 || odd(tag) || path.some((step) => odd(step.tag))) return;
  const keyword = keywordOf(tag);
  const value = keyword === undefined ? undefined : valueOf(element);
  const home = value === undefined ? undefined : homeOf(root, path);
  if (home && keyword !== undefined && value !== undefined) home[keyword] = value;
}

function homeOf(root: Growing, path: ElementView['path']): Growing | undefined {
  let home: Growing | undefined = root;
  for (const { tag, item } of path) {
    const items: unknown = home?.[keywordOf(tag) ?? ''];
    if (!Array.isArray(items)) return undefined;
    while (items.length <= item) items.push({});
    home = items[item] as Growing;
  }
  return home;
}

function valueOf({ vr, value, charset, littleEndian }: ElementView): NamedValue | undefined {
  if (vr === 'SQ') return [];
  if (value === undefined) return undefined;
  const numbers = readNumbers(value, vr, littleEndian);
  if (numbers) return numbers;
  if (!BYTES.has(vr)) return decodeText(value, vr, charset);
  return vr === 'OW' && !littleEndian
    ? Buffer.from(value.subarray(0, value.length & ~1)).swap16()
    : Buffer.from(value);
}
