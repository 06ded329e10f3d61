import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sluice, type CommandResult } from '../installation/sluice-command.js';

const SHARED = fileURLToPath(new URL('../../../shared/dicom', import.meta.url));
const OUTCOMES = ['clean', 'quarantined', 'conflict', 'duplicate', 'refused', 'unsendable'];
const missing = !existsSync(SHARED);
if (missing) console.warn('../shared/dicom is not here: its files are not pushed');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-shared-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(missing)('done when 1: every file of ../shared/dicom through the demo', () => {
  let result: CommandResult;
  beforeAll(async () => {
    result = await sluice(['demo', SHARED, '--json'], { folder });
  }, 1_200_000);
  const files = () => result.values.filter((value) => 'outcome' in value);

  it('ends well', () => {
    expect(result.stderr).toMatch(/archived .* (\d+)\/\1\n/);
    expect(result.code).toBe(0);
  });

  it('accounts for every file once', () => {
    const names = files().map((value) => value['file']);
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(names).size).toBe(names.length);
    expect(files().filter((value) => !OUTCOMES.includes(String(value['outcome'])))).toEqual([]);
  });

  it('says why for each that has no clean copy', () => {
    const without = files().filter((value) => !['clean', 'duplicate'].includes(String(value['outcome'])));
    const reasons = new Set(without.map((value) => String(value['reason'])));
    expect(
      [...reasons].filter((reason) => !/^([0-9A-F]{4}H )?([A-Z]+_[A-Z_]+|[a-z]+-[a-z]+)$/.test(reason)),
    ).toEqual([]);
  });

  it('archived as it came everything that got success', () => {
    const stored = files().filter((value) =>
      ['clean', 'quarantined', 'conflict'].includes(String(value['outcome'])),
    );
    const raw = result.values.reduce((sum, value) => sum + Number(value['archivedRaw'] ?? 0), 0);
    expect(raw).toBe(stored.length);
  });

  it('finds more than one content under a UID: conflicts, never an overwrite', () => {
    expect(files().filter((value) => value['outcome'] === 'conflict').length).toBeGreaterThanOrEqual(13);
  });
});
