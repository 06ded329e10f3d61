import { SECURITY_PROFILE } from '@sluice/dicom';
import type { HttpsListener, LongestWork } from '@sluice/service';
import { hostSettings } from '@sluice/service/settings';
import { z } from 'zod';
import { DoctorSettings } from '../doctor/settings.js';
import { CliSettings } from '../doors.js';

/** Settings of the admin door, besides the doors that its commands open. */
export const AdminSettings = z.object({
  ...hostSettings,
  ...CliSettings.shape,
  ARCHIVAL_AWAITS_INFERENCE: DoctorSettings.shape.ARCHIVAL_AWAITS_INFERENCE,
  ADMIN_PEOPLE: z
    .string()
    .max(262_144)
    .describe('Who may ask what, as JSON (docs/admin-door.md); better as a file.'),
  ADMIN_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8444)
    .describe('Port of the admin door, always TLS.'),
  ADMIN_HOST: z.string().max(255).default('0.0.0.0').describe('Address that the admin door binds to.'),
  ADMIN_TLS_CERT: z.string().max(65_536).describe('Certificate chain (PEM) of the admin door.'),
  ADMIN_TLS_KEY: z.string().max(65_536).describe('Private key (PEM); better as a file.'),
});
export type AdminSettings = z.infer<typeof AdminSettings>;

/** How long a command in hand may go on after the door was told to stop; an export that takes longer is cut, and asked for again. */
export const LONGEST_WORK: LongestWork = { plusMs: 60_000 };

/** The admin door's listener. */
export function adminHttps(settings: AdminSettings): HttpsListener {
  const { ADMIN_PORT: port, ADMIN_HOST: host, ADMIN_TLS_CERT: cert, ADMIN_TLS_KEY: key } = settings;
  return { port, host, tls: { ...SECURITY_PROFILE, cert, key } };
}

/** How the command line finds an admin door: with ADMIN_URL, its commands about the installation are run there. */
export const AskingSettings = z.object({
  ADMIN_URL: z
    .url({ protocol: /^https$/ })
    .max(2048)
    .optional()
    .describe('An admin door, `https://host:8444`: commands about the installation are run there.'),
  ADMIN_TOKEN: z.string().max(512).optional().describe("The person's token; better as a file."),
  ADMIN_CA: z
    .string()
    .max(65_536)
    .optional()
    .describe('Certificate authority of the admin door (PEM), where the system does not know it.'),
});
export type AskingSettings = z.infer<typeof AskingSettings>;
