import { z } from 'zod';

const words = z.array(z.string().max(64)).min(1).max(64);
const share = z.number().min(0).max(1);

/** From which probability, or which long axis, a study is read sooner (docs: src/results/triage.ts). */
export const triageSchema = z.object({
  /** Probability of the positive class. */
  urgentFrom: share,
  soonFrom: share,
  /** Long axis in millimetres; only where the spacing is known. */
  soonFromMm: z.number().positive().optional(),
});

/** What a model's `contract.json` says: which objects it was made for, what it is shown and how its answer is read. Words beyond these are for people. */
export const contractSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  researchUseOnly: z.literal(true),
  fits: z.object({
    modality: words,
    bodyPart: words,
    photometric: words,
    frames: z.enum(['single', 'each']),
    /** More are not read one by one. */
    mostFrames: z.number().int().positive().max(4096).default(256),
    leastSidePixels: z.number().int().positive().default(1),
    largestSidePixels: z.number().int().positive().max(16_384).default(8192),
    /** What else the pictures must be; only what a header can prove is taken (fits.ts). */
    sequence: z.string().max(128).optional(),
    lesionInPicture: z.enum(['expected', 'possible']).default('possible'),
  }),
  input: z.object({
    name: z.string(),
    letterbox: z.object({
      size: z.number().int().min(16).max(2048),
      longSide: z.literal('fit'),
      place: z.literal('centre'),
      fill: z.literal(0),
      resample: z.literal('lanczos3'),
    }),
    /** A picture whose greys span fewer steps is stretched to 0-255. */
    stretchBelowSteps: z.number().int().min(0).max(255).default(128),
    /** `ultrasound`: only the one tissue region that the header names, where it names any. */
    region: z.enum(['whole', 'ultrasound']).default('whole'),
    /** A frame of which a larger share is in colour (flow, stiffness) is not shown. */
    mostColoured: share.default(1),
  }),
  /** Printable ASCII: they stand in events that have a limit in bytes. */
  classes: z
    .array(z.string().regex(/^[ -~]{1,64}$/))
    .min(1)
    .max(32),
  positiveClass: z.string(),
  temperature: z.object({ value: z.number().positive(), appliedInGraph: z.boolean() }),
  outline: z.object({
    threshold: share,
    parts: z.enum(['largest', 'all']).default('largest'),
    /** In the picture's own pixels; a smaller part is no lesion. */
    leastAreaPixels: z.number().int().min(1).default(1),
  }),
  triage: triageSchema.optional(),
});

export type Contract = z.infer<typeof contractSchema>;
export type TriageRule = z.infer<typeof triageSchema>;
