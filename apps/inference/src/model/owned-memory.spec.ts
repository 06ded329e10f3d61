import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownedMemoryMiB } from './owned-memory.js';

/** Takes a quarter of a gigabyte, gives it back, and says so. */
const SCRIPT = `
globalThis.taken = Buffer.alloc(2 ** 28, 1);
globalThis.taken = undefined;
const look = setInterval(() => {
  gc();
  if (process.memoryUsage.rss() < 2 ** 27) process.stdout.write('given back') && clearInterval(look);
}, 10);
process.stdin.resume();
`;

const MIB_OF_KIB = 1 / 1024;

function statusMiB(pid: number, field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * MIB_OF_KIB;
}

describe.skipIf(process.platform !== 'linux')('the memory that a process owns', () => {
  it('is neither what it gave back nor the files that it reads its program from', async () => {
    const child = spawn(process.execPath, ['--expose-gc', '-e', SCRIPT], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    try {
      await once(child.stdout, 'data');
      const pid = child.pid ?? 0;
      const owned = ownedMemoryMiB(pid) ?? Number.NaN;
      expect(statusMiB(pid, 'VmHWM')).toBeGreaterThan(256);
      expect(owned).toBeGreaterThan(1);
      expect(owned).toBeLessThan(statusMiB(pid, 'VmRSS') - statusMiB(pid, 'RssFile') / 2);
      expect(owned).toBeLessThan(200);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('of a process that is gone is not known', () => {
    expect(ownedMemoryMiB(2 ** 30)).toBeUndefined();
  });
});
