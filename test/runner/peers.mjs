import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from '../../deploy/set-up/say.mjs';
import { runTool } from './command.mjs';

const LIMIT_MS = 10 * 60_000;

/** Foreign programs that the black-box tests talk to: Debian package by program. */
const PEERS = {
  storescu: 'dcmtk',
  dciodvfy: 'dicom3tools',
  gdcmconv: 'libgdcm-tools',
  kcat: 'kcat',
  promtool: 'prometheus',
};

/** Installs the missing ones where we may; otherwise says what to install, and the tests that need them fail. */
export async function installPeers(signal) {
  const missing = [
    ...new Set(
      Object.keys(PEERS)
        .filter((name) => !isInstalled(name))
        .map((name) => PEERS[name]),
    ),
  ];
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, limitMs: LIMIT_MS, signal };
    say(`installing ${missing.join(', ')} (apt-get) ...`);
    await runTool(['apt-get', 'update', '-qq'], options);
    const status = await runTool(
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing],
      options,
    );
    if (status === 0) return;
  }
  say(
    `Some tests need foreign programs: install ${missing.join(', ')} (Debian: apt-get install ${missing.join(' ')}).`,
  );
}

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
