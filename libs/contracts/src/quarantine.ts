import { z } from 'zod';
import { Sha256, Uid } from './ids.js';
import { OutcomeId } from './events/decision.js';
import type { ErrorCode } from './errors/catalogue.js';

/** One small picture; the frame counts from 0, `png` is base64. */
const QuarantinePicture = z.object({
  when: z.enum(['before', 'after']),
  frame: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
  png: z.base64(),
});

/**
 * What a person is shown of a quarantined instance. The original shows in it: it rests sealed, is opened for a named person alone, and
 * goes when the subject's secret goes.
 */
export const QuarantineRecordV1 = z.object({
  schema: z.literal('quarantine.record.v1'),
  code: z.string().max(64),
  detail: z.string().max(512),
  outcome: OutcomeId,
  profile: z.object({ name: z.string().max(64), digest: Sha256 }),
  codeVersion: z.string().max(32),
  sopClassUID: Uid,
  transferSyntaxUID: Uid,
  sealedSizeBytes: z.int().nonnegative(),
  /** Values of the original that say what kind of image it is, by keyword; not who it shows. */
  before: z.record(z.string().max(64), z.string().max(256)),
  /** How far scrubbing got: what became of elements, by keyword, and how many there were of each. */
  after: z.object({
    counts: z.object({ removed: z.int(), replaced: z.int(), kept: z.int() }),
    removed: z.array(z.string().max(64)).max(500),
    replaced: z.array(z.string().max(64)).max(500),
  }),
  frames: z.int().nonnegative(),
  pictures: z.array(QuarantinePicture).max(8),
  /** Why pictures are missing: a code. */
  notPictured: z.string().max(64).optional(),
});
export type QuarantineRecord = z.infer<typeof QuarantineRecordV1>;

/** Codes of quarantine that a person may override: what eyes can judge. Everything else can only be rejected, or be sent again. */
export const RELEASABLE: ReadonlySet<string> = new Set<ErrorCode>(['SCRUBBING_PIXELS_UNPROVEN']);
