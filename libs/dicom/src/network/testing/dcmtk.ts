import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Output and exit code of a tool that may fail. */
export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

/** True where a DCMTK test is left out: the tools are missing and only unit tests were asked for. */
export const SKIP_DCMTK = process.env['SLUICE_TEST_UNIT'] === '1' && find('storescu') === undefined;

/** Runs a DCMTK tool without Nagle's delay. @throws Error telling what to install */
export async function dcmtk(tool: string, args: readonly string[]): Promise<ToolResult> {
  return run(dcmtkPath(tool), args);
}

/** Where a DCMTK tool lies. @throws Error telling what to install */
export function dcmtkPath(tool: string): string {
  const path = find(tool);
  if (path === undefined) throw new Error(`${tool} is missing: install DCMTK by \`apt-get install dcmtk\`.`);
  return path;
}

/** Runs any tool to its end, at most 60 s. */
export function run(file: string, args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve) => {
    const options = { timeout: 60_000, env: { ...process.env, TCP_NODELAY: '1' } };
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

function find(tool: string): string | undefined {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, tool)).find((path) => existsSync(path));
}
