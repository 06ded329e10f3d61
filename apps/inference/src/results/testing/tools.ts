import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Debian package by program. */
const PACKAGES = { dciodvfy: 'dicom3tools', dsrdump: 'dcmtk', dcmdump: 'dcmtk', dcm2pnm: 'dcmtk' } as const;
type Tool = keyof typeof PACKAGES;

/** True where a test with foreign tools is left out: one is missing and only unit tests were asked for. */
export const SKIP_TOOLS =
  process.env['SLUICE_TEST_UNIT'] === '1' &&
  (Object.keys(PACKAGES) as Tool[]).some((tool) => find(tool) === undefined);

/** What a tool says of an object, both outputs together, and its exit code. @throws Error telling what to install */
export async function ask(
  tool: Tool,
  object: Buffer,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly output: string }> {
  const path = find(tool);
  if (path === undefined)
    throw new Error(`${tool} is missing: install it by \`apt-get install ${PACKAGES[tool]}\`.`);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-results-'));
  try {
    const file = join(folder, 'object.dcm');
    await writeFile(file, object);
    return await run(path, [...args, file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(path: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(path, args, { timeout: 60_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

function find(tool: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, tool))
    .find((path) => existsSync(path));
}
