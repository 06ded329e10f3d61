import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, toolEnvironment } from '../../deploy/set-up/paths.mjs';
import { descendantsOf, isRunning } from './descendants.mjs';

const GRACE_MS = 15_000;

/**
 * Runs a tool in the root with our terminal. Gives its exit code; 124 when it took longer than `limitMs`. Then, and when `signal` is
 * aborted, it is ended with all that it has started, and nothing of it is left when this resolves.
 */
export function runTool([file, ...args], { env = {}, limitMs, signal }) {
  if (signal.aborted) return Promise.resolve(124);
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      env: toolEnvironment(env),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let ended;
    let timedOut = false;
    const end = () => {
      ended ??= endAll([child.pid, ...descendantsOf(child.pid)]);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, limitMs);
    signal.addEventListener('abort', end, { once: true });
    const done = async (status) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      await ended;
      resolve(timedOut ? 124 : (status ?? 1));
    };
    child.on('error', () => done(127));
    child.on('close', done);
  });
}

/** Asks all to end, and kills who has not within the grace. */
async function endAll(pids) {
  for (const pid of pids) send(pid, 'SIGTERM');
  for (const end = Date.now() + GRACE_MS; Date.now() < end && pids.some(isRunning);) await sleep(100);
  for (const pid of pids.filter(isRunning)) send(pid, 'SIGKILL');
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
