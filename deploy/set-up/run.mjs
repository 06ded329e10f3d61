import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

const TAIL_CHARS = 20_000;

/** Runs a command in the root to its end: its status, and the end of what it printed. Never throws. */
export function run([file, ...args], { env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keepTail = (chunk) => {
      output = (output + chunk).slice(-TAIL_CHARS);
    };
    child.stdout.on('data', keepTail);
    child.stderr.on('data', keepTail);
    child.on('error', (error) => resolve({ status: 127, output: error.message }));
    child.on('close', (status) => resolve({ status: status ?? 1, output: output.trim() }));
  });
}
