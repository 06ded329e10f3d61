import {
  busSettings,
  databaseSettings,
  hostSettings,
  keysSettings,
  type LongestWork,
  storeSettings,
} from '@sluice/service/settings';
import { z } from 'zod';

const whole = (least: number, most: number, fallback: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** Settings of inference alone; `standalone` adds them to the others'. */
export const inferenceSettings = {
  INFERENCE_MODELS: z
    .string()
    .max(65_536)
    .default('[]')
    .describe(
      'Models as JSON, at most three: `[{"folder":"models/breast-us/1","digest":"SHA-256 of its model.onnx"}]`; with `"url"` a server of the Open Inference Protocol runs it.',
    ),
  INFERENCE_MODE: z
    .enum(['production', 'development'])
    .default('production')
    .describe('In `production` a model is loaded only by its digest and with a signature that holds.'),
  INFERENCE_MODEL_KEY: z
    .string()
    .max(4_096)
    .optional()
    .describe('Public key (PEM, ECDSA) of those whose models are trusted; better as a file.'),
  INFERENCE_DEVICE: z
    .enum(['cpu', 'cuda', 'auto'])
    .default('cpu')
    .describe('Where models run; `auto`: CUDA where the runtime has it.'),
  INFERENCE_PROCESSES: whole(1, 32, 1).describe('Processes per model, each with a batch.'),
  INFERENCE_THREADS: whole(1, 64, 1).describe('Threads inside one operator of a model.'),
  INFERENCE_BATCH: whole(1, 32, 8).describe('Pictures in one batch.'),
  INFERENCE_DELAY_MS: whole(0, 10_000, 20).describe(
    'How long a routine picture waits for its batch to fill.',
  ),
  INFERENCE_TIMEOUT_MS: whole(1_000, 3_600_000, 120_000).describe('How long one batch may take.'),
  INFERENCE_PROCESS_MIB: whole(64, 1_048_576, 4_096).describe(
    'The most memory of its own, MiB, that a process that runs a model may take. One that takes more is ended; where one full batch takes more, the service does not start.',
  ),
  INFERENCE_QUIET_MS: whole(10, 86_400_000, 30_000).describe(
    'A series that is settled is worked on when nothing came for this long.',
  ),
  INFERENCE_ROUND_MS: whole(10, 60_000, 1_000).describe('How often quiet series are looked for.'),
  INFERENCE_LEASE_MS: whole(3_000, 3_600_000, 60_000).describe(
    'How long after the last sign of life an object is taken over from a process that died.',
  ),
  INFERENCE_MOST_WAITING: whole(1, 10_000_000, 100_000).describe(
    'Objects that wait for a model; beyond it the corridor waits.',
  ),
  INFERENCE_CONCURRENCY: whole(1, 64, 4).describe('Records noted at once by this process.'),
  INFERENCE_SERVE_V2: z
    .stringbool()
    .default(false)
    .describe('Answers the Open Inference Protocol v2 on the HTTP port, under `/v2`, to whoever reaches it.'),
};

/** Settings of inference. */
export const InferenceSettings = z.object({
  ...hostSettings,
  ...busSettings,
  ...storeSettings,
  ...keysSettings,
  ...databaseSettings,
  ...inferenceSettings,
});
export type InferenceSettings = z.infer<typeof InferenceSettings>;

/** A batch that runs; beside it its results to the store. */
export const LONGEST_WORK: LongestWork = { setting: 'INFERENCE_TIMEOUT_MS', unitMs: 1, plusMs: 60_000 };
