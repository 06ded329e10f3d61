import { spawn, type SpawnOptions } from 'node:child_process';

const TAIL_CHARS = 4000;

/** Runs a command to its end and gives its output. Throws with the end of that output, or with `missing` when there is no such program. */
export function runCommand(
  [file, ...args]: readonly [string, ...string[]],
  missing: string,
  options: SpawnOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keepTail = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-TAIL_CHARS);
    };
    child.stdout?.on('data', keepTail);
    child.stderr?.on('data', keepTail);
    child.on('error', (cause) => reject(new Error(missing, { cause })));
    child.on('close', (status) => {
      if (status === 0) return resolve(output);
      reject(new Error(`${missing}\n${file} ended with status ${status}:\n${output.trim()}`));
    });
  });
}
