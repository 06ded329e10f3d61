import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who a process is: its id alone comes back after a restart, on a container even at once. */
export interface ProcessIdentity {
  /** Where its process id means something: the machine, its boot, and the namespace of process ids, of which each container has its own. */
  readonly place: string;
  readonly pid: number;
  /** When it was started, in whatever unit this machine counts; only compared for equality. */
  readonly start: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { place: placeOfThis(), pid: process.pid, start: startOf(process.pid) };
}

/** Of another place, or where there is no /proc to tell a process from its successor, nothing is known. */
export function fateOf(other: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  if (other.place !== placeOfThis()) return 'unknown';
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const start = startOf(other.pid);
  if (!start || !other.start) return 'unknown';
  return start === other.start ? 'alive' : 'gone';
}

function placeOfThis(): string {
  const boot = orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return `${hostname()}/${boot}/${orEmpty(() => readlinkSync('/proc/self/ns/pid'))}`.slice(-255);
}

/** Start tick (proc(5), field 22 of stat). */
function startOf(pid: number): string {
  const stat = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
