import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who a process is: its id alone comes back after a restart, on a container even at once. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it was started, in whatever unit this machine counts; only compared for equality. */
  readonly start: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, start: startOf(process.pid) ?? '' };
}

/** True when a process of this machine is certainly gone. Of other machines nothing is known: false. */
export function isGone(other: ProcessIdentity): boolean {
  if (other.host !== hostname()) return false;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const start = startOf(other.pid);
  return start !== undefined && other.start !== '' && start !== other.start;
}

/** Boot id and start tick (proc(5), field 22 of stat); undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const tick = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${tick}`;
  } catch {
    return undefined;
  }
}
