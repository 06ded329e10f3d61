import { busSettings, databaseSettings, hostSettings, keysSettings, storeSettings } from '@sluice/service';
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
