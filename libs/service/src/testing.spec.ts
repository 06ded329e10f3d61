import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readmeSettings } from './testing.js';

const schema = z.object({ PEERS_FILE: z.string().describe('The peer table.') });
const table = '| Name | Default | What it is |\n|---|---|---|\n| `PEERS_FILE` | required | The peer table. |';
let readme: string;
beforeEach(() => {
  readme = join(mkdtempSync(join(tmpdir(), 'readme-')), 'README.md');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(readme, '..'), { recursive: true });
});

describe('readmeSettings', () => {
  it('tells a stale table from a current one', () => {
    vi.stubEnv('UPDATE_DOCS', '');
    writeFileSync(readme, '# Intake\n<!-- settings --><!-- /settings -->\nRun\n');
    const { written, expected } = readmeSettings(readme, schema);
    expect(expected).toBe(`# Intake\n<!-- settings -->\n\n${table}\n\n<!-- /settings -->\nRun\n`);
    expect(written).not.toBe(expected);
  });

  it('writes the table with UPDATE_DOCS=1', () => {
    vi.stubEnv('UPDATE_DOCS', '1');
    writeFileSync(readme, '<!-- settings -->old<!-- /settings -->');
    const { written, expected } = readmeSettings(readme, schema);
    expect(written).toBe(expected);
    expect(readFileSync(readme, 'utf8')).toContain(table);
  });

  it('refuses a README without a place for it', () => {
    writeFileSync(readme, '# Intake');
    expect(() => readmeSettings(readme, schema)).toThrow('no place for its settings');
  });
});
