import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT, systemEnvironment } from './paths.mjs';
import { run } from './run.mjs';
import { say, sayWhile } from './say.mjs';

const OLDEST_NODE = 20;
const NPM_CI = ['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'];

/** Runs `npm ci` when node_modules is missing or is not what the lockfile says. Throws with one sentence when that fails. */
export async function installDependencies() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer.`);
  }
  if (isInstalled()) return;
  const env = systemEnvironment();
  let { status, output } = await sayWhile('installing packages (npm ci, about a minute)', () =>
    run(NPM_CI, { env }),
  );
  if (status !== 0) {
    // A version published days ago may be missing in npm's own cache (ETARGET).
    say(lastLines(output));
    const again = [...NPM_CI, '--prefer-online'];
    ({ status, output } = await sayWhile('installing packages, second try (npm ci --prefer-online)', () =>
      run(again, { env }),
    ));
  }
  if (status !== 0) throw new Error(`npm ci failed: see above what npm says.\n${lastLines(output)}`);
  if (!existsSync(NODE))
    throw new Error('npm ci ran no install scripts: allow them (npm config set ignore-scripts false).');
}

/** npm writes what it has installed into node_modules at the end of a whole installation. */
function isInstalled() {
  if (!existsSync(NODE)) return false;
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const elsewhere = !path.includes('node_modules/');
    return elsewhere || optional || (present[path] && present[path].version === version);
  });
}

function packagesOf(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

function lastLines(output) {
  return output.split('\n').slice(-15).join('\n');
}
