import { join } from 'node:path';
import { readmeSettings } from '@sluice/service/testing';
import { expect, it } from 'vitest';
import { ScrubbingSettings } from './config.js';

it('the README lists the settings that the schema asks for', () => {
  const { written, expected } = readmeSettings(join(import.meta.dirname, '../README.md'), ScrubbingSettings);
  expect(written).toBe(expected);
});
