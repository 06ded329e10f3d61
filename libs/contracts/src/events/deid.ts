import { z } from 'zod';
import { TenantId, Uid } from '../ids.js';

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
