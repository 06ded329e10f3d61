import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const BUILD_MS = 900_000;

/** Another revision of this repository, installed by its own lockfile and built. */
export interface PreviousBuild {
  /** Its commit, short. */
  readonly commit: string;
  programOf(service: string): URL;
  remove(): Promise<void>;
}

/** Takes `revision` (a tag, a commit) out of the repository's history into a temporary folder and builds it there. Nothing is left of what fails. */
export async function buildPrevious(revision: string): Promise<PreviousBuild> {
  const { stdout } = await run('git', ['rev-parse', '--short', `${revision}^{commit}`], { cwd: ROOT });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-previous-'));
  const source = join(folder, 'source');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await buildIn(folder, source, revision);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    commit: stdout.trim(),
    programOf: (service) => pathToFileURL(join(source, 'apps', service, 'dist/main.js')),
    remove,
  };
}

async function buildIn(folder: string, source: string, revision: string): Promise<void> {
  await mkdir(source);
  const archive = join(folder, 'source.tar');
  await run('git', ['archive', '--output', archive, revision], { cwd: ROOT });
  await run('tar', ['-xf', archive, '-C', source]);
  await run(process.execPath, ['deploy/set-up.mjs'], { cwd: source, timeout: BUILD_MS, maxBuffer: 2 ** 26 });
}
