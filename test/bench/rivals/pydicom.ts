import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const VERSION = '3.0.1';
const PYTHON = 'python3';
export const SCRIPT = fileURLToPath(new URL('deidentify_pydicom.py', import.meta.url));

/** A Python that has pydicom: the machine's own, or one that finds it in `folder`, where pip puts it. Undefined where neither can be had. */
export function pydicom(folder: string): { env: Record<string, string>; version: string } | undefined {
  const own = versionIn({});
  if (own) return { env: {}, version: own };
  const wanted = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, `pydicom==${VERSION}`];
  spawnSync(PYTHON, wanted, { stdio: 'ignore' });
  const env = { PYTHONPATH: folder };
  const version = versionIn(env);
  return version ? { env, version } : undefined;
}

function versionIn(env: Record<string, string>): string | undefined {
  const asked = spawnSync(PYTHON, ['-c', 'import pydicom; print(pydicom.__version__)'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}
