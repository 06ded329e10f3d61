import { readFileSync } from 'node:fs';

/**
 * RssAnon, RssShmem and VmSwap of proc_pid_status(5). Not RssFile: pages of the program, the runtime and their libraries, which processes
 * share and the kernel takes back when it wants to; VmRSS and VmHWM hold these. Not smaps_rollup: it walks every page of a process, and asks for the rights of a debugger.
 */
const OWNED = /^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm;

/** The memory that a process holds now and nobody else can use, MiB: its own pages, in memory or swapped out; undefined where the system does not tell, or the process is gone. */
export function ownedMemoryMiB(pid: number): number | undefined {
  try {
    const found = [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(OWNED)];
    return found.length > 0 ? found.reduce((sum, [, kiB]) => sum + Number(kiB), 0) / 1024 : undefined;
  } catch {
    return undefined;
  }
}
