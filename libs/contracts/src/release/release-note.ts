import { z } from 'zod';
import { KeyedDigest, Sha256, Uid } from '../ids.js';

/** A note lists so many frame ranges at the most, and in each so many rectangles. */
const MOST_MASKS = 100;
const MOST_RECTANGLES = 200;

const Count = z.int().nonnegative();
const Pixels = z.int().nonnegative().max(65_535);

/** Rectangles that were blanked in a range of frames: frames count from 1, columns (x) and rows (y) from 0, in stored pixels. */
export const Mask = z.strictObject({
  firstFrame: z.int().positive(),
  /** Included. */
  lastFrame: z.int().positive(),
  rectangles: z
    .array(z.strictObject({ x: Pixels, y: Pixels, width: Pixels, height: Pixels }))
    .min(1)
    .max(MOST_RECTANGLES),
});
export type Mask = z.infer<typeof Mask>;

/** Elements by what became of them; a sequence counts once, and what stood in a removed one does not count. */
export const ActionCounts = z.strictObject({
  kept: Count,
  removed: Count,
  emptied: Count,
  /** By a dummy or the pseudonym. */
  replaced: Count,
  /** Words, codes or numbers stayed, others went. */
  cleaned: Count,
  datesShifted: Count,
  uidsMapped: Count,
});
export type ActionCounts = z.infer<typeof ActionCounts>;

/**
 * What was done to one released object: the leaf of a study's release tree. Nothing in it identifies, and no real time: beside a
 * shifted date it would tell the patient's offset (law 8). Its bytes are its canonical JSON. A released version is frozen.
 */
export const ReleaseNoteV1 = z.strictObject({
  schema: z.literal('release.note.v1'),
  profile: z.strictObject({ name: z.string().max(64), digest: Sha256 }),
  codeVersion: z.string().max(32),
  /** The received data set, by the tenant's keyed digest: it confirms no guess. */
  before: z.strictObject({ contentKey: KeyedDigest }),
  /** The released Part 10 file. */
  after: z.strictObject({
    sha256: Sha256,
    sizeBytes: Count,
    SOPClassUID: Uid,
    SOPInstanceUID: Uid,
    SeriesInstanceUID: Uid,
    StudyInstanceUID: Uid,
    TransferSyntaxUID: Uid,
  }),
  actions: ActionCounts,
  /**
   * not-needed: proven by class and header alone; looked-at: read, nothing to hide; masked: read, and these were blanked. `by` says who
   * read them: the text finder, or a person who decided about an object that was held.
   */
  pixels: z.strictObject({
    verdict: z.enum(['not-needed', 'looked-at', 'masked']),
    by: z.enum(['none', 'engine', 'person']),
    masks: z.array(Mask).max(MOST_MASKS),
    /** Frame ranges that were blanked too, where they are more than a note lists. */
    unlistedMasks: Count,
  }),
  /** The second look at the output, and which engines took it. */
  residual: z.strictObject({
    verdict: z.literal('passed'),
    engines: z.array(z.string().max(64)).min(1).max(8),
  }),
});
export type ReleaseNote = z.infer<typeof ReleaseNoteV1>;
