import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 25;

/** When the process was started, in the system's own words: with the id it names a process for good. Undefined when there is none. */
export function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`])
        .toString()
        .trim();
    // proc(5): after the command in brackets come state (field 3) ... start time (field 22).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** True while exactly this process runs, not another that was given its id later. */
export function isAlive({ pid, startedAt }: { pid?: number; startedAt?: string }): boolean {
  return pid !== undefined && startedAt !== undefined && startTimeOf(pid) === startedAt;
}

/** Sends the signal and waits until the process is gone; SIGKILL after `graceMs`. */
export async function endProcess(
  running: { pid?: number; startedAt?: string },
  signal: NodeJS.Signals,
  graceMs = 10_000,
): Promise<void> {
  if (!isAlive(running)) return;
  send(running.pid, signal);
  const killAt = Date.now() + graceMs;
  while (isAlive(running)) {
    if (Date.now() > killAt) send(running.pid, 'SIGKILL');
    await sleep(PAUSE_MS);
  }
}

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
