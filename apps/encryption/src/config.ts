import {
  busSettings,
  databaseSettings,
  hostSettings,
  keysSettings,
  type LongestWork,
  storeSettings,
} from '@sluice/service/settings';
import { z } from 'zod';

/** Settings of encryption. */
export const EncryptionSettings = z.object({
  ...hostSettings,
  ...busSettings,
  ...storeSettings,
  ...keysSettings,
  ...databaseSettings,
  ENCRYPTION_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Objects sealed at once by this process.'),
});
export type EncryptionSettings = z.infer<typeof EncryptionSettings>;

/** An object of some GB through the store twice, at a rate that its limits on silence allow. */
export const LONGEST_WORK: LongestWork = { plusMs: 180_000 };
