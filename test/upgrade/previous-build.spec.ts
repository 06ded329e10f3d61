import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { buildPrevious } from './previous-build.js';

it('a revision that does not build leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-previous-build-'));
  const repository = join(folder, 'repository');
  const temporary = join(folder, 'tmp');
  await mkdir(join(repository, 'deploy'), { recursive: true });
  await mkdir(temporary);
  await writeFile(join(repository, 'deploy/set-up.mjs'), "throw new Error('it does not build');");
  const git = (...words: string[]) => promisify(execFile)('git', words, { cwd: repository });
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit', '--quiet', '--message', 'ill');
  vi.stubEnv('GIT_DIR', join(repository, '.git'));
  vi.stubEnv('TMPDIR', temporary);
  try {
    await expect(buildPrevious('HEAD')).rejects.toThrow('it does not build');
    expect(await readdir(temporary)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
