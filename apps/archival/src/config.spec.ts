import { expect, it } from 'vitest';
import { ArchivalSettings } from './config.js';

it('a staged object is never an orphan within its first hour, whatever the settings say', () => {
  const { ARCHIVAL_ORPHAN_MS: setting } = ArchivalSettings.shape;
  expect([3_599_999, 3_600_000].map((ms) => setting.safeParse(String(ms)).success)).toEqual([false, true]);
});
