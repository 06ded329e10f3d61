import { z } from 'zod';

/** Of an outline in a finding: the SEG has it exactly. */
export const MOST_CORNERS = 64;

const uid = z.string().regex(/^[0-9.]{1,64}$/);
const share = z.number().min(0).max(1);
const size = z.object({ value: z.number().nonnegative(), unit: z.enum(['mm', 'pixel']) });
const point = z.tuple([z.number(), z.number()]);

const model = z.object({
  name: z.string(),
  version: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
const classes = z.array(z.object({ name: z.string(), probability: share }));

const lesion = z.object({
  /** The segment of the SEG, from 1. */
  segment: z.number().int().positive(),
  trackingUid: uid,
  longAxis: size,
  /** Column and row of both ends in the image, pixel middles at .5. */
  longAxisEnds: z.tuple([point, point]),
  shortAxis: size,
  /** In mm2 or pixels. */
  area: size,
  meanProbability: share,
  /** Column and row of the corners of a line around it, coarser than the segment's pixels. */
  outline: z.array(point).max(MOST_CORNERS),
});

/** What a model found in one de-identified object. UIDs are the de-identified ones; no dates, nothing of the person. */
export const findingSchema = z.strictObject({
  version: z.literal(1),
  notice: z.string(),
  model,
  object: z.object({
    studyInstanceUid: uid,
    seriesInstanceUid: uid,
    sopInstanceUid: uid,
    modality: z.string(),
  }),
  triage: z.object({ class: z.enum(['urgent', 'soon', 'routine']), reasons: z.array(z.string()).min(1) }),
  frames: z.array(
    z.object({
      /** From 1. */
      frame: z.number().int().positive(),
      /** Where the millimetres come from; `detector`: sizes of the shadow. */
      spacingFrom: z.enum(['pixel-spacing', 'detector', 'ultrasound-region', 'aspect-ratio', 'none']),
      classes,
      /** What a second model makes of the outline; `agrees`: both hold the same class for the most probable one. No classes: it gave no numbers. */
      secondOpinion: z
        .object({ model, classes, agreement: z.enum(['agrees', 'disagrees', 'missing']) })
        .optional(),
      lesions: z.array(lesion),
    }),
  ),
  results: z.object({ segmentation: uid.optional(), report: uid, capture: uid }),
});

export type Finding = z.infer<typeof findingSchema>;
