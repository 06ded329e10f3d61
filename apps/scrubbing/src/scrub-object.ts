import { createHash } from 'node:crypto';
import { type ActionCounts, isSluiceError } from '@sluice/contracts';
import { type DicomLimits, type ElementView, maskPart10, rewritePart10 } from '@sluice/dicom';
import { ORIGINAL, type Person, personOf, textOf } from './originals.js';
import type { PixelFindings, PixelTools } from './pixels/look/look-at-pixels.js';
import type { DecidedByPerson } from './pixels/look/person-looked.js';
import { type MaskFacts, NO_MASKS } from './pixels/masks.js';
import { type ObjectSource, type Prepared, preparePixels } from './pixels/prepare-pixels.js';
import { type HoldCode, isHoldCode } from './policy/hold.js';
import { gatherPriority, type Priority } from './priority.js';
import { BASIC, type Profile } from './profile/profile.js';
import { isWellKnownUid } from './profile/uid-map.js';
import type { Replacements } from './profile/act-on-element.js';
import { gatherIdentity, type IdentityGathering } from './residual/identity/gather-identity.js';
import { watchOutputHeader } from './residual/output-header.js';
import type { PixelLook } from './residual/pixels/find-pixel-residue.js';
import { lookAgain } from './residual/pixels/look-again.js';
import { enginesOf, refuseResidue } from './residual/refuse-residue.js';
import type { SecondEngine } from './residual/second-engine.js';
import { readAhead } from './words/read-ahead.js';
import { NO_SEEDS } from './words/seeds.js';
import { type Counts, newUidOf, type Observer, planScrubbing, type ScrubPlan } from './scrub-plan.js';

/** One object to de-identify: a Part 10 file or a bare data set, and what takes the place of person and UIDs. */
export interface ScrubRequest {
  readonly source: ObjectSource;
  readonly replacements: Replacements;
  /** Default: the basic profile. */
  readonly profile?: Profile;
  /** What looks at pixels; without it an object that may show a name is quarantined. */
  readonly pixels?: PixelTools | undefined;
  /** Reads the output once more before it is released. Without one its bytes alone are looked through: enough for tests. */
  readonly secondEngine?: SecondEngine | undefined;
  readonly limits?: Partial<DicomLimits>;
  /** A person has looked at the pixels: nothing else does. */
  readonly decision?: DecidedByPerson | undefined;
  /** Sees each decision with the original element: for a person who tries a profile or looks at what was held, never for a log. */
  readonly observe?: Observer;
}

/** What is known of a clean object: nothing of it is identifying but `person`, which is for the sealed way back alone. */
export interface CleanFacts {
  /** SHA-256 (hex) and size of the clean file. */
  readonly cleanDigest: string;
  readonly cleanSizeBytes: number;
  readonly counts: Readonly<Counts>;
  /** The same elements, by class. */
  readonly actions: Readonly<ActionCounts>;
  readonly deid: {
    readonly sopInstanceUID: string;
    readonly seriesInstanceUID: string;
    readonly studyInstanceUID: string;
  };
  readonly sopClassUID: string;
  /** Of the order, where the object tells. */
  readonly priority: Priority | undefined;
  /** Of the clean file: masked pixels of a lossy syntax are written in a lossless one. */
  readonly transferSyntaxUID: string;
  /** What was blacked out in which frames. */
  readonly masks: MaskFacts;
  /** Whether pixels were read. */
  readonly looked: boolean;
  /** A person looked at the pixels, in place of the text finder. */
  readonly decided: boolean;
  /** Which engines looked at the output and found nothing. */
  readonly engines: readonly string[];
  readonly person: Person;
}

/** Codes of the verdicts that keep an object back. */
export type QuarantineCode =
  'SCRUBBING_PIXELS_UNPROVEN' | 'SCRUBBING_UNREADABLE' | 'SCRUBBING_RESIDUAL' | HoldCode;

/** A verdict: `stored` is what the sink returned; `detail` says why in words that hold nothing of the object. */
export type ScrubVerdict<T> =
  | ({ readonly outcome: 'clean'; readonly stored: T } & CleanFacts)
  | {
      readonly outcome: 'quarantined';
      readonly code: QuarantineCode;
      readonly detail: string;
      /** What would have been blacked out, where pixels were looked at. */
      readonly findings?: PixelFindings;
    };

/**
 * De-identifies one object, streaming: `sink` reads the clean file to its end and keeps it only if reading did not throw. Whatever
 * cannot be proven clean makes the stream throw before its end and becomes a verdict. Throws only what source or sink throw of their own.
 */
export async function scrubObject<T>(
  request: ScrubRequest,
  sink: (clean: AsyncIterable<Buffer>) => Promise<T>,
): Promise<ScrubVerdict<T>> {
  const profile = request.profile ?? BASIC;
  let run: Run | undefined;
  let findings: PixelFindings | undefined;
  try {
    const identity = gatherIdentity(profile, request.replacements.dayOffset);
    const orders = gatherPriority();
    const observe = toEach(identity, orders);
    const ahead = await readAhead(request.source.open(), { limits: request.limits, observe });
    if (!ahead.seenAll) identity.miss();
    const prepared = await preparePixels(ahead, { ...request, profile });
    const { source } = prepared;
    findings = prepared.findings;
    const seeds = profile.keepsText ? ahead.seeds : NO_SEEDS;
    const plan = planScrubbing({ ...request, profile, seeds, identity, findings });
    const chinese = profile.chineseNumbers || ahead.printed.chinese;
    run = startRun({ ...request, source, findings, identity, chinese }, plan);
    const stored = await sink(run.output);
    run.check();
    return {
      outcome: 'clean',
      stored,
      ...factsOf(plan, newUidOf(profile, request.replacements)),
      priority: orders.priority(),
      masks: findings?.masks ?? NO_MASKS,
      looked: findings?.looked ?? false,
      decided: request.decision !== undefined,
      engines: enginesOf(request.secondEngine, looksAgain({ ...request, findings })),
      ...run.written(),
    };
  } catch (error) {
    // The sink may throw something else than what the stream threw.
    const verdict = verdictOf(run ? run.failure() : error);
    if (!verdict) throw error;
    return { outcome: 'quarantined', ...verdict, ...(findings && { findings }) };
  }
}

function toEach(...hearers: readonly { note(element: ElementView): void }[]) {
  return (element: ElementView) => {
    for (const hearer of hearers) hearer.note(element);
  };
}

type Run = ReturnType<typeof startRun>;

interface RunRequest extends Omit<ScrubRequest, 'source'>, Prepared {
  readonly identity: IdentityGathering;
  /** Chinese may be written on it. */
  readonly chinese: boolean;
}

function startRun(request: RunRequest, plan: ScrubPlan) {
  const digest = createHash('sha256');
  let masked: string | undefined;
  const written = (transferSyntaxUID: string) => void (masked = transferSyntaxUID);
  const syntax = () => masked ?? textOf(plan.originals, ORIGINAL.transferSyntaxUID);
  const header = watchOutputHeader(syntax);
  let sizeBytes = 0;
  let ended = false;
  let failure: unknown;

  async function* rewrite(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of lookAgain(cleanStream(request, plan, written), lookOf(request))) {
        digest.update(chunk);
        sizeBytes += chunk.length;
        header.add(chunk);
        yield chunk;
      }
      plan.judge();
      await refuseResidue(await header.whole(), request.identity.identity(), request.secondEngine);
      ended = true;
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  return {
    output: rewrite(),
    check() {
      if (!ended) throw new Error('the sink returned before the end of the object');
    },
    written: () => ({
      cleanDigest: digest.digest('hex'),
      cleanSizeBytes: sizeBytes,
      transferSyntaxUID: syntax(),
    }),
    failure: () => failure,
  };
}

/** Pixels that were read, and by no person, are read once more. */
function looksAgain({
  findings,
  pixels,
  decision,
}: Pick<RunRequest, 'findings' | 'pixels' | 'decision'>): boolean {
  return findings?.looked === true && pixels !== undefined && decision === undefined;
}

function lookOf(request: RunRequest): PixelLook | undefined {
  const { pixels: tools, identity, chinese, limits } = request;
  return looksAgain(request) && tools ? { tools, identity: identity.identity(), chinese, limits } : undefined;
}

/** The header rewritten by the plan; then, where something in the pixels must go, the pixels. */
function cleanStream(
  { source, findings, pixels, limits }: RunRequest,
  plan: ScrubPlan,
  written: (transferSyntaxUID: string) => void,
): AsyncIterable<Buffer> {
  const rewritten = rewritePart10(source, plan, limits);
  if (!findings?.rewrite || !pixels) return rewritten;
  const { rectangles, clearUnusedBits } = findings;
  return maskPart10(rewritten, { codecs: pixels.codecs, rectangles, clearUnusedBits, written }, limits);
}

const VERDICTS: ReadonlySet<string> = new Set<QuarantineCode>([
  'SCRUBBING_PIXELS_UNPROVEN',
  'SCRUBBING_RESIDUAL',
  'SCRUBBING_UNREADABLE',
]);
/** Pixels that no codec here reads to their end, or no text finder. */
const UNSEEN = /^DICOM_(?:PIXELS_|CODEC_)|^SCRUBBING_TEXT_UNREAD$/;

function verdictOf(failure: unknown): { code: QuarantineCode; detail: string } | undefined {
  if (!isSluiceError(failure)) return undefined;
  const { code, detail = '' } = failure;
  if (VERDICTS.has(code) || isHoldCode(code)) return { code: code as QuarantineCode, detail };
  if (UNSEEN.test(code)) return { code: 'SCRUBBING_PIXELS_UNPROVEN', detail: `${code}: ${detail}` };
  return code.startsWith('DICOM_')
    ? { code: 'SCRUBBING_UNREADABLE', detail: `${code}: ${detail}` }
    : undefined;
}

function factsOf(
  plan: ScrubPlan,
  newUid: (original: string) => string,
): Pick<CleanFacts, 'counts' | 'actions' | 'deid' | 'sopClassUID' | 'person'> {
  const mapped = (tag: number) => {
    const original = textOf(plan.originals, tag);
    return isWellKnownUid(original) ? original : newUid(original);
  };
  return {
    counts: plan.counts,
    actions: plan.actions,
    deid: {
      sopInstanceUID: mapped(ORIGINAL.sopInstanceUID),
      seriesInstanceUID: mapped(ORIGINAL.seriesInstanceUID),
      studyInstanceUID: mapped(ORIGINAL.studyInstanceUID),
    },
    sopClassUID: plan.evidence.sopClassUID ?? '',
    person: personOf(plan.originals),
  };
}
