import {
  busSettings,
  databaseSettings,
  hostSettings,
  keysSettings,
  type LongestWork,
  storeSettings,
} from '@sluice/service/settings';
import { z } from 'zod';

/** Settings of scrubbing. */
export const ScrubbingSettings = z.object({
  ...hostSettings,
  ...busSettings,
  ...storeSettings,
  ...keysSettings,
  ...databaseSettings,
  SCRUBBING_PROFILE: z
    .string()
    .min(1)
    .default('basic')
    .describe('Profile: `basic`, `research`, `teaching`, `cn`, or a YAML file by its path.'),
  SCRUBBING_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Objects de-identified at once by this process.'),
  SCRUBBING_OCR_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Images in which text is read at once; each thread takes up to 150 MB (with Chinese 250 MB).'),
  SCRUBBING_OCR_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .max(86_400)
    .default(900)
    .describe('Longest that the frames of one object are looked at; what takes longer is quarantined.'),
});
export type ScrubbingSettings = z.infer<typeof ScrubbingSettings>;

/** One object is looked at that long; beside it the second engine (30 s) and its bytes from and to the store. */
export const LONGEST_WORK: LongestWork = { setting: 'SCRUBBING_OCR_SECONDS', unitMs: 1_000, plusMs: 90_000 };
