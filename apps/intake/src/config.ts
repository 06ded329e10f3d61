import { type ListenerTls, SECURITY_PROFILE } from '@sluice/dicom';
import type { HttpsListener } from '@sluice/service';
import {
  busSettings,
  hostSettings,
  keysSettings,
  type LongestWork,
  storeSettings,
} from '@sluice/service/settings';
import { z } from 'zod';

/** Settings of intake. */
export const IntakeSettings = z.object({
  ...hostSettings,
  ...busSettings,
  ...storeSettings,
  ...keysSettings,
  PEERS: z
    .string()
    .max(8_000_000)
    .describe('The peer table as JSON (apps/intake/src/peers.ts); better as a file.'),
  DIMSE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(11112)
    .describe('Port of the DIMSE listener; 0 takes any free one.'),
  DIMSE_HOST: z.string().max(255).default('0.0.0.0').describe('Address that the DIMSE listener binds to.'),
  DIMSE_TLS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(2762)
    .describe('Port of the DIMSE listener over TLS (PS3.15 B.12), when TLS_CERT is given.'),
  DIMSE_AE_TITLE: z.string().max(16).optional().describe('When given, other called AE titles are refused.'),
  DIMSE_MAX_ASSOCIATIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(128)
    .describe('Associations at once.'),
  DIMSE_MAX_ASSOCIATIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(32)
    .describe('Associations at once from one address; more where many senders share one (a gateway, NAT).'),
  HTTPS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8443)
    .describe('Port of STOW-RS over TLS, when TLS_CERT is given.'),
  TLS_CERT: z.string().max(65_536).optional().describe('Certificate chain (PEM) of both TLS listeners.'),
  TLS_KEY: z.string().max(65_536).optional().describe('Private key (PEM); better as a file.'),
  TLS_CA: z
    .string()
    .max(262_144)
    .optional()
    .describe(
      'Certificate authority of the senders (PEM); with it, DIMSE over TLS wants a client certificate.',
    ),
  STOW_IDLE_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(60_000)
    .describe('Silence of a STOW-RS sender after which its request is refused.'),
  INTAKE_WATERMARK: z.coerce
    .number()
    .min(0.01)
    .max(1)
    .default(0.9)
    .describe('Share of the store above which new instances are refused before any byte is taken.'),
  INTAKE_IN_FLIGHT: z.coerce
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe(
      'Instances being stored at once, half of them from one peer at most; the next waits for its turn. On S3 each may hold 16 MiB of memory.',
    ),
  INTAKE_WAIT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300_000)
    .default(15_000)
    .describe(
      'How long an instance waits for its turn before it is refused as out of resources; below the time-outs of the senders.',
    ),
  INTAKE_MIN_BYTES_PER_SECOND: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(8192)
    .describe(
      'The least rate of a sender, after a minute of grace per instance; below it the instance is refused.',
    ),
});
export type IntakeSettings = z.infer<typeof IntakeSettings>;

/** A sender that began before the stop: its grace (`admission/pace.ts`), then the store (libs/store: one part, three tries). */
export const LONGEST_WORK: LongestWork = { plusMs: 240_000 };

/** Renewed in their files while intake runs. */
export const RENEWED_SETTINGS = ['TLS_CERT', 'TLS_KEY', 'TLS_CA'] as const;

/** TLS material of both doors, or undefined. */
export function tlsOf({ TLS_CERT: cert, TLS_KEY: key, TLS_CA: ca }: IntakeSettings): ListenerTls | undefined {
  if (!cert || !key) return undefined;
  return { cert, key, ...(ca && { ca, requireClientCertificate: true }) };
}

/** STOW-RS over TLS: a client certificate is asked for, and decides who the peer is when no token does. */
export function httpsOf(settings: IntakeSettings): HttpsListener | undefined {
  const tls = tlsOf(settings);
  if (!tls) return undefined;
  const { requireClientCertificate: requestCert = false, ...material } = tls;
  return {
    port: settings.HTTPS_PORT,
    host: settings.HTTP_HOST,
    tls: { ...SECURITY_PROFILE, ...material, requestCert, rejectUnauthorized: false },
  };
}
