import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sluice } from '../installation/sluice-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('done when 1: the demo on generated studies', () => {
  it('archives what it accepted, opens it again, prints the table and says where everything lies', async () => {
    const { code, stdout } = await sluice(['demo'], { folder });
    expect(stdout).toContain('offered 71 = 71 clean + 0 quarantined + 0 conflict');
    expect(stdout).toContain('+ 0 missing');
    expect(stdout).toMatch(/^study +instances +raw +clean .* manifest SHA-256 +seconds$/m);
    expect(stdout).toMatch(/opened again: archive\/t1\/raw\/.* bytes of DICOM inside/);
    expect(stdout).toContain(join(folder, '.sluice/demo'));
    expect(code).toBe(0);
  }, 120_000);

  it('leaves a folder that only its owner may enter', async () => {
    expect((await stat(join(folder, '.sluice/demo'))).mode & 0o077).toBe(0);
  });
});
