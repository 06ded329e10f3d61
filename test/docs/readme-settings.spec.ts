import { join } from 'node:path';
import { ArchivalSettings } from '@sluice/archival/config';
import { AdminSettings, AskingSettings } from '@sluice/cli/admin/config';
import { CliSettings } from '@sluice/cli/doors';
import { EncryptionSettings } from '@sluice/encryption/config';
import { InferenceSettings } from '@sluice/inference/config';
import { IntakeSettings } from '@sluice/intake/config';
import { describeSettings } from '@sluice/service';
import { readmeSettings } from '@sluice/service/testing';
import { StandaloneSettings } from '@sluice/standalone/config';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const SCHEMAS = {
  archival: ArchivalSettings,
  cli: z.object({ ...CliSettings.shape, ...AskingSettings.shape }),
  encryption: EncryptionSettings,
  inference: InferenceSettings,
  intake: IntakeSettings,
  standalone: StandaloneSettings,
};

describe('READMEs list the settings that the schemas ask for (UPDATE_DOCS=1 writes them)', () => {
  it.each(Object.entries(SCHEMAS))('%s', (room, schema) => {
    const readme = join(import.meta.dirname, '../../apps', room, 'README.md');
    const { written, expected } = readmeSettings(readme, schema);
    expect(written).toBe(expected);
  });

  it('the admin door, in its page', () => {
    const page = join(import.meta.dirname, '../../docs/admin-door.md');
    const { written, expected } = readmeSettings(page, AdminSettings);
    expect(written).toBe(expected);
  });

  it.each(Object.entries(SCHEMAS))('%s describes each of its settings', (_room, schema) => {
    for (const { name, description } of describeSettings(schema)) expect(description, name).toMatch(/.{8,}/);
  });
});
