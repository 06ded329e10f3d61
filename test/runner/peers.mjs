import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from '../../deploy/set-up/say.mjs';
import { runTool } from './command.mjs';

const LIMIT_MS = 10 * 60_000;

const isFound = (program) => () =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** Debian has them: foreign programs that the black-box tests talk to, and what backing services and the chart's judges are made with. */
const PACKAGES = {
  dcmtk: isFound('storescu'),
  dicom3tools: isFound('dciodvfy'),
  'libgdcm-tools': isFound('gdcmconv'),
  kcat: isFound('kcat'),
  prometheus: isFound('promtool'),
  openssl: isFound('openssl'),
  'default-jre-headless': isFound('java'),
  maven: isFound('mvn'),
  // Debian's Python has the module and not what it brings pip with.
  'python3-venv': () => spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0,
};

/** Debian's is too old. */
const ELSEWHERE = { 'Go 1.26 or newer from https://go.dev/dl': isFound('go') };

/** Installs the missing ones where we may; otherwise says what to install, and the tests that need them fail. */
export async function installPeers(signal) {
  const packages = missing(PACKAGES);
  const installed = packages.length > 0 && (await installPackages(packages, signal));
  const left = [
    ...(packages.length > 0 && !installed
      ? [`${packages.join(', ')} (Debian: apt-get install ${packages.join(' ')})`]
      : []),
    ...missing(ELSEWHERE),
  ];
  if (left.length > 0) say(`Some tests need foreign programs: install ${left.join('; ')}.`);
}

const missing = (peers) => Object.keys(peers).filter((name) => !peers[name]());

async function installPackages(packages, signal) {
  if (process.getuid?.() !== 0 || !isFound('apt-get')()) return false;
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, limitMs: LIMIT_MS, signal };
  say(`installing ${packages.join(', ')} (apt-get) ...`);
  await runTool(['apt-get', 'update', '-qq'], options);
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages];
  return (await runTool(install, options)) === 0;
}
