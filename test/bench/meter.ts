import { readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Processor seconds of a process so far, user and system, all threads, and its children that have ended. */
export function cpuSeconds(pid: number): number {
  // The second field, the program's name, may hold anything: count from behind its parenthesis.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
  return ticks / TICKS_PER_SECOND;
}

/** The most memory that a process has ever held, MiB (VmHWM). */
export function peakRssMiB(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
