import { spawn } from 'node:child_process';
import { NODE, ROOT, toolEnvironment } from './paths.mjs';

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs one of our programs under Node 24, in the folder where we were called, with our terminal. Signals are passed on; gives its exit code.
 * @param {readonly string[]} command A file below the root, then its arguments.
 */
export function runProgram([file, ...args], env = {}) {
  return new Promise((resolve, reject) => {
    const cwd = process.env.INIT_CWD ?? process.cwd();
    const child = spawn(NODE, [`${ROOT}${file}`, ...args], {
      cwd,
      env: toolEnvironment(env),
      stdio: 'inherit',
    });
    for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}
