import { syntaxOf } from '../data-set/encoding.js';
import { rewriteDataSet } from '../data-set/rewrite-data-set.js';
import type { ElementView, RewritePlan } from '../data-set/rewrite.types.js';
import { limitsOf, type DicomLimits } from '../limits.js';
import { metaElement, wrapMeta, type FileMeta } from './file-meta.js';
import { deflate, inflate } from './inflate.js';
import type { MetaElement } from './parse-meta.js';
import { splitPart10 } from './split-part10.js';

const TRANSFER_SYNTAX_UID = 0x00020010;
const KEEP = { do: 'keep' } as const;

/**
 * Streams a Part 10 file (or what splitPart10 takes for one) as `plan` changes it, in the same transfer syntax. The preamble is zeroed,
 * group lengths are dropped (group 0002 gets a new one), odd values are padded. Defined lengths are set anew; what must stream before
 * its length is known gets an undefined one. Throws DICOM_MALFORMED, DICOM_LIMIT_EXCEEDED or DICOM_SYNTAX_UNSUPPORTED, possibly after
 * bytes went out: only a normal end means that the whole was read. A file cut between two elements of depth 0 cannot be told from a whole one.
 */
export async function* rewritePart10(
  source: AsyncIterable<Uint8Array>,
  plan: RewritePlan,
  limits: Partial<DicomLimits> = {},
): AsyncGenerator<Buffer> {
  const bounds = limitsOf(limits);
  const { meta, elements, dataSet } = await splitPart10(source, bounds);
  try {
    const syntax = syntaxOf(meta.transferSyntaxUID);
    yield rewriteMeta(elements, plan);
    const inflated = syntax.deflated ? inflate(dataSet, bounds) : dataSet;
    const rewritten = rewriteDataSet(inflated, plan, { syntax, limits: bounds });
    yield* syntax.deflated ? deflate(rewritten) : rewritten;
  } finally {
    await dataSet.return();
  }
}

/** Shows every element to `visit`, file meta first, parents before children, and checks the whole on the way. Throws like rewritePart10. */
export async function readElements(
  source: AsyncIterable<Uint8Array>,
  visit: (element: ElementView) => void,
  limits: Partial<DicomLimits> = {},
): Promise<FileMeta> {
  const bounds = limitsOf(limits);
  const { meta, elements, dataSet } = await splitPart10(source, bounds);
  const plan: RewritePlan = {
    decide(element) {
      visit(element);
      return KEEP;
    },
  };
  try {
    const syntax = syntaxOf(meta.transferSyntaxUID);
    rewriteMeta(elements, plan);
    const inflated = syntax.deflated ? inflate(dataSet, bounds) : dataSet;
    // The walk is wanted, not the bytes.
    for await (const _ of rewriteDataSet(inflated, plan, { syntax, limits: bounds }));
  } finally {
    await dataSet.return();
  }
  return meta;
}

/** The transfer syntax stays as it is, whatever the plan says: the bytes that follow are in it. */
function rewriteMeta(elements: readonly MetaElement[], plan: RewritePlan): Buffer {
  const out: Buffer[] = [];
  for (const element of elements) {
    const asked = plan.decide(viewOf(element));
    const action = element.tag === TRANSFER_SYNTAX_UID ? KEEP : asked;
    if (action.do === 'remove') continue;
    const replaced = action.do === 'replace' ? action.value : Buffer.alloc(0);
    out.push(metaElement(element.tag, element.vr, action.do === 'keep' ? element.value : replaced));
  }
  return wrapMeta(out);
}

function viewOf({ tag, vr, value }: MetaElement): ElementView {
  return {
    tag,
    vr,
    value,
    lengthBytes: value.length,
    path: [],
    privateCreator: undefined,
    charset: [],
    littleEndian: true,
  };
}
