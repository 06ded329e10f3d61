import { ArchivalSettings } from '@sluice/archival/config';
import { EncryptionSettings } from '@sluice/encryption/config';
import { inferenceSettings } from '@sluice/inference/config';
import { IntakeSettings } from '@sluice/intake/config';
import { ScrubbingSettings } from '@sluice/scrubbing/config';
import { z } from 'zod';

/** A laptop's own sender: AE title LOCAL, from this machine alone. */
const LOCAL_PEER = JSON.stringify([
  { name: 'local', tenant: 't1', aeTitle: 'LOCAL', addresses: ['127.0.0.1', '::1'] },
]);

/** Settings of every stage in one process; what is not given is embedded, under `.sluice` in the working folder. */
export const StandaloneSettings = z.object({
  ...IntakeSettings.shape,
  ...ScrubbingSettings.shape,
  ...inferenceSettings,
  ...EncryptionSettings.shape,
  ...ArchivalSettings.shape,
  BUS_URL: IntakeSettings.shape.BUS_URL.default('embedded:.sluice/bus'),
  STORE_URL: IntakeSettings.shape.STORE_URL.default('file:.sluice/store'),
  KEYS_URL: IntakeSettings.shape.KEYS_URL.default('local:.sluice/keys'),
  DATABASE_URL: ArchivalSettings.shape.DATABASE_URL.default('sqlite:.sluice/sluice.db'),
  PEERS: IntakeSettings.shape.PEERS.default(LOCAL_PEER),
  HTTP_HOST: IntakeSettings.shape.HTTP_HOST.default('127.0.0.1'),
  ARCHIVAL_QUIET_MS: ArchivalSettings.shape.ARCHIVAL_QUIET_MS.default(10_000),
});
export type StandaloneSettings = z.infer<typeof StandaloneSettings>;
