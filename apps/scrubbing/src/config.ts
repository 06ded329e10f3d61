import { busSettings, databaseSettings, hostSettings, keysSettings, storeSettings } from '@sluice/service';
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
});
export type ScrubbingSettings = z.infer<typeof ScrubbingSettings>;
