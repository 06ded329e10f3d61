import { spawn } from 'node:child_process';
import { ROOT, toolEnvironment } from '../../deploy/set-up/paths.mjs';

const GRACE_MS = 15_000;

/** Runs a tool in the root with our terminal. Gives its exit code; 124 when it took longer than `limitMs`, and then it is ended. */
export function runTool([file, ...args], { env = {}, limitMs, signal }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      env: toolEnvironment(env),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let timedOut = false;
    const end = () => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, limitMs);
    signal.addEventListener('abort', end, { once: true });
    const done = (status) => {
      clearTimeout(timer);
      resolve(timedOut ? 124 : (status ?? 1));
    };
    child.on('error', () => done(127));
    child.on('close', done);
  });
}
