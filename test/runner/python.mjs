import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../deploy/set-up/paths.mjs';
import { run } from '../../deploy/set-up/run.mjs';
import { sayWhile } from '../../deploy/set-up/say.mjs';

/** Debian's own comes first: its torch is small and installs everywhere. */
const PYTHONS = ['/usr/bin/python3', 'python3'];
const PACKAGES = ['python3-torch', 'python3-venv', 'python3-pil'];
const REQUIREMENTS = join(ROOT, 'apps/trainer/requirements.txt');
const NEEDS = `The trainer needs Python 3 with torch and venv (Debian: apt-get install ${PACKAGES.join(' ')}).`;

/** The trainer's Python: the machine's torch, and the other packages in a virtual environment of the cache. Throws with what to install. */
export async function trainerPython() {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sluice', `trainer-${digest}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'ready')) && (await hasTorch(python))) return python;
  const base = (await pythonWithTorch()) ?? (await installTorch());
  await sayWhile("installing the trainer's packages (PyPI, 430 MB installed)", () => fill(folder, base));
  return python;
}

async function fill(folder, base) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await must([base, '-m', 'venv', '--system-site-packages', folder]);
  await must([join(folder, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS]);
  writeFileSync(join(folder, 'ready'), '');
}

async function installTorch() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(NEEDS);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...PACKAGES];
  await sayWhile(`installing ${PACKAGES.join(', ')} (apt-get)`, async () => {
    await run(['apt-get', 'update', '-qq'], { env });
    await must(install, env);
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

async function must(command, env = process.env) {
  const { status, output } = await run(command, { env });
  if (status !== 0) throw new Error(`${NEEDS}\n${command[0]} ended with status ${status}:\n${output}`);
}
