import type { Audit } from '@sluice/audit';
import { ArchivalSettings, LONGEST_WORK as ARCHIVAL_WORK } from '@sluice/archival/config';
import { archivalStage } from '@sluice/archival/stage';
import { EncryptionSettings, LONGEST_WORK as ENCRYPTION_WORK } from '@sluice/encryption/config';
import { encryptionStage } from '@sluice/encryption/stage';
import { InferenceSettings, LONGEST_WORK as INFERENCE_WORK } from '@sluice/inference/config';
import { inferenceStage } from '@sluice/inference/stage';
import { IntakeSettings, LONGEST_WORK as INTAKE_WORK } from '@sluice/intake/config';
import { LONGEST_WORK as SCRUBBING_WORK, ScrubbingSettings } from '@sluice/scrubbing/config';
import { scrubbingStage } from '@sluice/scrubbing/stage';
import type { LongestWork, Stage } from '@sluice/service';
import type { z } from 'zod';

/** A room that the chart installs. */
export interface Room {
  readonly settings: z.ZodObject;
  readonly longestWork: LongestWork;
  /** Intake has none: it only says. */
  readonly stage?: Stage;
}

/** Nobody calls a handler here: a stage is asked for its table of contents alone. */
const unasked = <T>(): T => undefined as T;

/** The rooms of the chart, as their code describes them. */
export const ROOMS: Readonly<Record<string, Room>> = {
  intake: { settings: IntakeSettings, longestWork: INTAKE_WORK },
  scrubbing: {
    settings: ScrubbingSettings,
    longestWork: SCRUBBING_WORK,
    stage: scrubbingStage(unasked()),
  },
  inference: {
    settings: InferenceSettings,
    longestWork: INFERENCE_WORK,
    stage: inferenceStage(unasked()),
  },
  encryption: {
    settings: EncryptionSettings,
    longestWork: ENCRYPTION_WORK,
    stage: encryptionStage(unasked()),
  },
  archival: {
    settings: ArchivalSettings,
    longestWork: ARCHIVAL_WORK,
    stage: archivalStage(unasked(), { audit: unasked<Audit>(), bus: unasked() }),
  },
};
