import { readFileSync } from 'node:fs';

/** The most memory that a process has ever held, MiB (VmHWM, proc(5)); undefined where the system does not tell, or the process is gone. */
export function peakMemoryMiB(pid: number): number | undefined {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) / 1024 : undefined;
  } catch {
    return undefined;
  }
}
