import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian package of each foreign program. */
const PACKAGES: Readonly<Record<string, string>> = {
  storescu: 'dcmtk',
  dcmsend: 'dcmtk',
  echoscu: 'dcmtk',
  dcmdump: 'dcmtk',
  dsrdump: 'dcmtk',
  dciodvfy: 'dicom3tools',
  kcat: 'kcat',
  openssl: 'openssl',
  prometheus: 'prometheus',
  promtool: 'prometheus',
};
const LIMIT_MS = 120_000;

/** Output and exit code of a tool that may fail. */
export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a foreign program to its end, without Nagle's delay. @throws Error telling what to install */
export function runTool(name: string, words: readonly string[]): Promise<ToolResult> {
  const file = toolPath(name);
  const options = {
    timeout: LIMIT_MS,
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, TCP_NODELAY: '1' },
  };
  return new Promise((resolve) => {
    execFile(file, words, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Where a foreign program stands. @throws Error telling what to install */
export function toolPath(name: string): string {
  const path = findTool(name);
  if (path) return path;
  throw new Error(`${name} is missing: install it by \`apt-get install ${PACKAGES[name] ?? name}\`.`);
}

/** True where only tests without foreign programs were asked for (SLUICE_TEST_UNIT=1), and this one is not there. */
export const mayDoWithout = (name: string): boolean =>
  process.env['SLUICE_TEST_UNIT'] === '1' && findTool(name) === undefined;

/** npm packages bring programs of the same names: theirs are passed over. */
function findTool(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
