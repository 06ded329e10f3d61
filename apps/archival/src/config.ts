import {
  busSettings,
  databaseSettings,
  hostSettings,
  keysSettings,
  type LongestWork,
  storeSettings,
} from '@sluice/service/settings';
import { z } from 'zod';

const HOUR_MS = 3600 * 1000;
const milliseconds = (fallback: number, least = 10) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(7 * 24 * HOUR_MS)
    .default(fallback);

/** Settings of archival. */
export const ArchivalSettings = z.object({
  ...hostSettings,
  ...busSettings,
  ...storeSettings,
  ...keysSettings,
  ...databaseSettings,
  ARCHIVAL_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Objects verified at once by this process.'),
  ARCHIVAL_AWAITS_INFERENCE: z
    .stringbool()
    .default(false)
    .describe('Inference is installed: a clean copy stays staged until it has settled with it.'),
  ARCHIVAL_SWEEP_MS: milliseconds(5_000).describe(
    'How often one archival process looks for quiet studies and unsettled deliveries.',
  ),
  ARCHIVAL_QUIET_MS: milliseconds(60_000).describe(
    'A study gets its manifest when nothing came for this long.',
  ),
  ARCHIVAL_OVERDUE_MS: milliseconds(3_600_000).describe(
    'A study gets its manifest after this long even while something is unsettled.',
  ),
  ARCHIVAL_ANNOUNCE_MS: milliseconds(600_000).describe(
    'An unsettled delivery is announced again after this long; the wait doubles each time.',
  ),
  ARCHIVAL_ANNOUNCEMENTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(8)
    .describe('How many times a delivery is announced at the most.'),
  ARCHIVAL_ORPHAN_MS: milliseconds(24 * HOUR_MS, HOUR_MS).describe(
    'A staged object that no event names is deleted after this long; at least an hour.',
  ),
  ARCHIVAL_ORPHAN_SWEEP_MS: milliseconds(HOUR_MS).describe(
    'How often staging is searched for objects that no event names.',
  ),
  ARCHIVAL_WATCH_MS: milliseconds(60_000).describe(
    'How often one archival process counts what waits (staging, quarantine, dead letters), for metrics.',
  ),
});
export type ArchivalSettings = z.infer<typeof ArchivalSettings>;

/** An object of some GB read back from the store, at a rate that its limits on silence allow. */
export const LONGEST_WORK: LongestWork = { plusMs: 180_000 };
