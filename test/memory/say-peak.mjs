// Imported by a process under test: writes the most memory that it ever had (VmHWM, MiB) into PEAK_FILE when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread)
  process.on('exit', () => {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    writeFileSync(process.env.PEAK_FILE, String(Number(peak) / 1024));
  });
