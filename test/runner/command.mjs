import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, toolEnvironment } from '../../deploy/set-up/paths.mjs';
import { descendantsOf, isRunning } from './descendants.mjs';

const GRACE_MS = 15_000;
/** A killed process is gone at once, unless the kernel holds it: nobody waits for that. */
const KILLED_MS = 5_000;
const PAUSE_MS = 100;

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
      ended ??= endAll(child.pid);
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

/**
 * Asks a process to end, with all that it has started and starts meanwhile, and kills who has not within the grace. None is left when
 * this resolves. Of ourselves, what we have started is ended.
 */
export async function endAll(root, graceMs = GRACE_MS) {
  let known = [root];
  const look = () => {
    // From all that are known: whose parent has ended has another one now.
    known = [...new Set([...known, ...descendantsOf(...known)])].filter(isRunning);
    return known.filter((pid) => pid !== process.pid);
  };
  const asked = new Set();
  const killAt = Date.now() + graceMs;
  for (let left = look(); left.length > 0 && Date.now() < killAt + KILLED_MS; left = look()) {
    const signal = Date.now() < killAt ? 'SIGTERM' : 'SIGKILL';
    for (const pid of left) {
      if (signal === 'SIGKILL' || !asked.has(pid)) send(pid, signal);
      asked.add(pid);
    }
    await sleep(PAUSE_MS);
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
