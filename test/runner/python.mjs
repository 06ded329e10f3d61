import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { run } from '../../deploy/set-up/run.mjs';
import { sayWhile } from '../../deploy/set-up/say.mjs';
import { runTool } from './command.mjs';

const LIMIT_MS = 30 * 60_000;

/** Debian's own comes first: its torch is small and installs everywhere. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const PACKAGES = ['python3-torch', 'python3-venv', 'python3-pil'];
const REQUIREMENTS = join(ROOT, 'apps/trainer/requirements.txt');
const NEEDS = `The trainer needs Python 3 with torch and venv (Debian: apt-get install ${PACKAGES.join(' ')}).`;

/** The trainer's Python: the machine's torch, and the other packages in a virtual environment of the cache. Throws with what to install, and soon when `signal` is aborted. */
export async function trainerPython(signal) {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice', `trainer-${digest}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'ready')) && (await hasTorch(python))) return python;
  const base = (await pythonWithTorch()) ?? (await installTorch(signal));
  await sayWhile("installing the trainer's packages (PyPI, 430 MB installed)", () =>
    fill(folder, base, signal),
  );
  return python;
}

async function fill(folder, base, signal) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await must([base, '-m', 'venv', '--system-site-packages', folder], { signal });
  const pip = [join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS];
  await must(pip, { signal });
  writeFileSync(join(folder, 'ready'), '');
}

async function installTorch(signal) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(NEEDS);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...PACKAGES];
  await sayWhile(`installing ${PACKAGES.join(', ')} (apt-get)`, async () => {
    await runTool(['apt-get', 'update', '-qq'], { env, limitMs: LIMIT_MS, signal });
    await must(install, { env, signal });
  });
  const base = await pythonWithTorch();
  if (!base) throw new Error(NEEDS);
  return base;
}

async function pythonWithTorch() {
  for (const python of PYTHONS) if (await hasTorch(python)) return python;
  return undefined;
}

/** A Python whose venv module cannot bring pip is of no use either. */
async function hasTorch(python) {
  return (await run([python, '-c', 'import torch, ensurepip'])).status === 0;
}

/** What it says is to be read above. */
async function must(command, options) {
  const status = await runTool(command, { limitMs: LIMIT_MS, ...options });
  if (options.signal.aborted) throw new Error(`${command[0]} was ended with the run`);
  if (status !== 0) throw new Error(`${NEEDS} ${command[0]} ended with status ${status}.`);
}
