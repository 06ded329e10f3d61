import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Process ids of all that these processes have started, and they. Those that left for another parent are not found. */
export function descendantsOf(...pids) {
  const childrenOf = new Map();
  for (const [child, parent] of parents()) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), child]);
  const below = (each) => (childrenOf.get(each) ?? []).flatMap((child) => [child, ...below(child)]);
  return [...new Set(pids.flatMap(below))];
}

/** Whether a process runs, anybody's: one that has ended and that nobody has asked for its status does not. */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return !/\) Z /.test(statOf(pid));
}

function parents() {
  if (!existsSync('/proc/self/stat')) return fromPs();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // `pid (name) state ppid`: the name may have blanks and brackets.
      const [, parent] = /\) \S (\d+)/.exec(statOf(name)) ?? [];
      return parent === undefined ? [] : [[Number(name), Number(parent)]];
    });
}

/** Empty when there is no /proc, or no such process any more. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

function fromPs() {
  const { pid: ps, stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const lines = [...(stdout ?? '').matchAll(/^\s*(\d+)\s+(\d+)/gm)];
  // It lists itself, and has ended.
  return lines.map(([, pid, parent]) => [Number(pid), Number(parent)]).filter(([pid]) => pid !== ps);
}
