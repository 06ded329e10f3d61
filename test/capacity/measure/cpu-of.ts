import { readdirSync, readFileSync } from 'node:fs';
import { cpuSeconds } from '../../bench/meter.ts';

const TICKS_PER_SECOND = 100;

/** Processor seconds of a process and of its living children (a PostgreSQL forks, scrubbing reads text in one), with what ended of them. Linux. */
export function familyCpuSeconds(pid: number): number {
  const parents = new Map(processes().map((one) => [one, parentOf(one)]));
  const family = new Set([pid]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const [one, parent] of parents) if (parent !== undefined && family.has(parent)) family.add(one);
  }
  return [...family].reduce((sum, one) => sum + orNothing(() => cpuSeconds(one)), 0);
}

/** Processor seconds that all cores together have worked so far, for whomever, what the host took away included (proc(5), /proc/stat). */
export function busySeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  ).split(/ +/);
  const ticks = [user, nice, system, irq, softirq, steal].reduce((sum, each) => sum + Number(each), 0);
  return ticks / TICKS_PER_SECOND;
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number | undefined {
  return (
    orNothing(() => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])) ||
    undefined
  );
}

/** A process may end while it is looked at. */
function orNothing(look: () => number): number {
  try {
    return look();
  } catch {
    return 0;
  }
}
