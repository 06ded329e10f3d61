import type { Audit } from '@sluice/audit';
import { ArchivalSettings, LONGEST_WORK as ARCHIVAL_WORK } from '@sluice/archival/config';
import { archivalStage } from '@sluice/archival/stage';
import { AdminSettings, LONGEST_WORK as DOOR_WORK } from '@sluice/cli/admin/config';
import { LETTER_GROUPS } from '@sluice/cli/commands/dead-letters';
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
  /** Intake and the admin door have none: they only say. */
  readonly stage?: Stage;
  /** What of an app it is, where it is not the whole of one. */
  readonly part?: Part;
  /** Groups whose dead letters people settle through it. */
  readonly settles?: readonly string[];
}

/** One command of an app that a room runs as its process. */
export interface Part {
  readonly app: string;
  /** The command's words; the first names the app's file in `commands`. */
  readonly words: readonly [string, ...string[]];
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
  'admin-door': {
    settings: AdminSettings,
    longestWork: DOOR_WORK,
    part: { app: 'cli', words: ['admin-door'] },
    settles: LETTER_GROUPS,
  },
};
