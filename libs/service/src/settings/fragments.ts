import type { BusOptions } from '@sluice/bus';
import { z } from 'zod';

const url = (pattern: RegExp): z.ZodString => z.string().max(2048).regex(pattern);

/** Asked of every process. */
export const hostSettings = {
  HTTP_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8080)
    .describe("Port of health, metrics and the service's own HTTP; 0 takes any free one."),
  HTTP_HOST: z.string().max(255).default('0.0.0.0').describe('Address that the HTTP port binds to.'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least level that is logged: debug, info, warn, error.'),
  OTLP_URL: url(/^https?:\/\//)
    .optional()
    .describe(
      'Collector for traces (OTLP over HTTP), such as `http://collector:4318/v1/traces`; none: traces are not sent.',
    ),
  SHUTDOWN_GRACE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(7_200_000)
    .default(25_000)
    .describe('How long a stop may take before the process ends with exit code 1.'),
};

/** Asked of a process that is on the corridor. */
export const busSettings = {
  BUS_URL: url(/^(kafka:\/\/|embedded:)/).describe(
    'The corridor: `kafka://host:9092,host:9092` or `embedded:DIR`.',
  ),
  KAFKA_USERNAME: z.string().max(255).optional().describe('SASL/SCRAM user name.'),
  KAFKA_PASSWORD: z.string().max(1024).optional().describe('SASL/SCRAM password; better as a file.'),
  KAFKA_CA: z.string().max(65_536).optional().describe('Certificate authority of the brokers (PEM).'),
  KAFKA_CERT: z.string().max(65_536).optional().describe('Client certificate for the brokers (PEM).'),
  KAFKA_KEY: z
    .string()
    .max(65_536)
    .optional()
    .describe('Key of the client certificate (PEM); better as a file.'),
};

/** Asked of a process that reads or writes objects. */
export const storeSettings = {
  STORE_URL: url(/^(s3:\/\/|file:)/).describe('The object store: `s3://bucket?endpoint=...` or `file:DIR`.'),
};

/** Asked of a process that seals or opens. */
export const keysSettings = {
  KEYS_URL: url(/^(aws-kms:|local:)/).describe('The key service: `aws-kms:?endpoint=...` or `local:DIR`.'),
};

/** Asked of a process that has a database role. */
export const databaseSettings = {
  DATABASE_URL: url(/^(postgres(ql)?:\/\/|sqlite:)/).describe(
    'The database: `postgres://...` or `sqlite:FILE`; better as a file.',
  ),
};

/** What `openBus` wants besides the URL, under the room's name. */
export function busOptions(room: string, settings: z.infer<z.ZodObject<typeof busSettings>>): BusOptions {
  const {
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
    KAFKA_CA: ca,
    KAFKA_CERT: cert,
    KAFKA_KEY: key,
  } = settings;
  return {
    clientId: room,
    ...(username && { username }),
    ...(password && { password }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
}

/**
 * The longest that a room may have one record in hand, so that a stop can be given that long: `setting` in units of `unitMs`, and
 * `plusMs` for what the setting does not cover.
 */
export interface LongestWork {
  readonly setting?: string;
  readonly unitMs?: number;
  readonly plusMs: number;
}

/** The settings that `start` itself needs. */
export type HostSettings = z.infer<z.ZodObject<typeof hostSettings>>;
