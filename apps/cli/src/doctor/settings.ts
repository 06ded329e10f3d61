import { ArchivalSettings } from '@sluice/archival/config';
import { IntakeSettings } from '@sluice/intake/config';
import { z } from 'zod';
import { CliSettings } from '../doors.js';

/** What the check-up reads of the environment: the doors, and what says who sends and what is installed. */
export const DoctorSettings = z.object({
  ...CliSettings.shape,
  PEERS: IntakeSettings.shape.PEERS.optional(),
  ARCHIVAL_AWAITS_INFERENCE: ArchivalSettings.shape.ARCHIVAL_AWAITS_INFERENCE,
});
export type DoctorSettings = z.infer<typeof DoctorSettings>;
