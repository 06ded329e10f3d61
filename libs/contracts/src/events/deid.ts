import { z } from 'zod';
import { TenantId, Uid } from '../ids.js';
import { ModelIdentity, Triage } from './inference.js';

/**
 * What analytics may know of one de-identified instance: an allow-list (law 8). No corridor key, no trace, no
 * time of any kind. A new attribute is a new version of this schema.
 */
export const DeidInstanceV1 = z.strictObject({
  schema: z.literal('deid.instance.v1'),
  tenant: TenantId,
  SOPInstanceUID: Uid,
  SeriesInstanceUID: Uid,
  StudyInstanceUID: Uid,
  SOPClassUID: Uid,
  TransferSyntaxUID: Uid,
  PatientPseudonym: z.string().max(64),
  Modality: z.string().max(16).optional(),
  BodyPartExamined: z.string().max(16).optional(),
  Laterality: z.string().max(16).optional(),
  Rows: z.int().optional(),
  Columns: z.int().optional(),
  NumberOfFrames: z.int().optional(),
  BitsStored: z.int().optional(),
  PhotometricInterpretation: z.string().max(16).optional(),
  SliceThickness: z.number().optional(),
  PixelSpacing: z.array(z.number()).length(2).optional(),
  DeidentificationMethodCodes: z.array(z.string().max(16)).max(32),
});

/** A size as it could be known: millimetres (an area in mm2) only where the object says how large its pixels are. */
const SizeV1 = z.strictObject({ value: z.number().nonnegative(), unit: z.enum(['mm', 'pixel']) });

const LesionV1 = z.strictObject({
  /** From 1. */
  frame: z.int().positive(),
  longAxis: SizeV1,
  shortAxis: SizeV1,
  area: SizeV1,
  /** The mask's, over the lesion. */
  meanProbability: z.number().min(0).max(1),
});

/**
 * What analytics may know of what models found in one de-identified instance: an allow-list (law 8), as `DeidInstanceV1` is. Models
 * are for research: this is no diagnosis, and nobody has confirmed it.
 */
export const DeidFindingV1 = z.strictObject({
  schema: z.literal('deid.finding.v1'),
  tenant: TenantId,
  SOPInstanceUID: Uid,
  SeriesInstanceUID: Uid,
  StudyInstanceUID: Uid,
  answers: z
    .array(
      z.strictObject({
        model: ModelIdentity.strict(),
        triage: Triage,
        reasons: z.array(z.string().regex(/^[a-z][a-z-]{0,47}$/)).max(8),
        /** Of the frame with the highest probability of the class that the model looks for. */
        classes: z
          .array(z.strictObject({ name: z.string().max(64), probability: z.number().min(0).max(1) }))
          .max(8),
        /** The longest first. */
        lesions: z.array(LesionV1).max(4),
        lesionsTotal: z.int().nonnegative(),
      }),
    )
    .min(1)
    .max(3),
});
