import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const count = z.number().finite().nonnegative().max(1e9);
const positive = z.number().finite().positive().max(1e9);
const replicas = z.strictObject({
  min: z.int().min(0).max(1_000).optional(),
  max: z.int().min(1).max(1_000).optional(),
  lagPerReplica: positive.optional(),
});

/** Scanners of one kind, and what each of them sends. */
const modality = z.strictObject({
  name: z.string().min(1).max(40),
  scanners: count,
  studiesPerDay: count,
  imagesPerStudy: positive,
  megabytesPerImage: positive,
  /** Where text is looked for in the pixels: which measured picture it is most like, and how large it is. */
  look: z
    .strictObject({ like: z.enum(['mammogram', 'radiograph', 'ultrasound']), megapixels: positive })
    .optional(),
  /** Share of the images that a model is asked about. */
  modelShare: z.number().min(0).max(1).default(0),
});

/** An installation: the chart as it comes, but for what stands here. */
const installation = z.strictObject({
  name: z.string().min(1).max(60),
  partitions: z.int().min(1).max(1_000).optional(),
  ocrThreads: z.int().min(1).max(16).default(1),
  intake: replicas.prefault({}),
  scrubbing: replicas.prefault({}),
  encryption: replicas.prefault({}),
  archival: replicas.prefault({}),
});

const schema = z.strictObject({
  name: z.string().min(1).max(80),
  daysPerYear: z.number().min(1).max(366),
  modalities: z.array(modality).min(1).max(20),
  /** What each hour has of the day, in any unit. */
  day: z
    .array(count)
    .length(24)
    .refine((hours) => hours.some((hour) => hour > 0), 'a day in which nothing comes'),
  /** For so many minutes of every `everyMinutes` so many times as much comes; the rest of the time less. */
  burst: z
    .strictObject({ times: z.number().min(1).max(100), minutes: positive, everyMinutes: positive })
    .refine(
      ({ times, minutes, everyMinutes }) => times * minutes <= everyMinutes,
      'more than all would come in bursts',
    ),
  /** From this hour on, for so many minutes, the database or key service is down: intake goes on, nobody else. */
  outage: z.strictObject({ hour: z.number().min(0).max(23), minutes: z.number().min(0).max(720) }),
  /** From the autoscaler's decision to a pod that works. */
  podStartSeconds: count.max(3_600),
  model: z.strictObject({ imagesPerSecondPerCore: positive, from: z.string().max(200) }),
  kmsQuotaPerSecond: positive,
  installations: z.array(installation).min(1).max(4),
});

export type Inputs = z.infer<typeof schema>;
export type Modality = Inputs['modalities'][number];
export type InstallationInputs = Inputs['installations'][number];

/** Largest file of inputs that is read. */
const MOST_CHARACTERS = 100_000;

/** Reads inputs from YAML or JSON. @throws Error that names every key that is wrong */
export function readInputs(file: string): Inputs {
  return parseInputs(readFileSync(file, 'utf8'), file);
}

export function parseInputs(text: string, name: string): Inputs {
  if (text.length > MOST_CHARACTERS) throw new Error(`${name}: longer than ${MOST_CHARACTERS} characters`);
  const result = schema.safeParse(parse(text));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || '(all)'}: ${message}`,
  );
  throw new Error(`${name}:\n${problems.join('\n')}`);
}
