import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process started and that still run (proc(5)). */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((word) => word !== '')
    .map(Number);
}
