import { spawnSync } from 'node:child_process';
import type { Check } from './check.types.ts';

const LONGEST_OUTPUT = 16 << 20;

/** True where `dciodvfy` (Debian: dicom3tools) is installed. */
export function canJudgeIod(): boolean {
  return spawnSync('dciodvfy', ['-version'], { stdio: 'ignore' }).error === undefined;
}

/** The object is no worse a member of its IOD than before: no error of `dciodvfy` that the original did not have. */
export function judgeIod(original: string, output: string): Check[] {
  const before = new Set(errorsOf(original));
  const fresh = [...new Set(errorsOf(output))].filter((line) => !before.has(line));
  if (fresh.length === 0) return [{ kind: 'iod-valid', at: 'dciodvfy', passed: true }];
  return fresh.map((line) => ({ kind: 'iod-valid', at: 'dciodvfy', passed: false, found: line }));
}

/** Error lines without the values that they quote: those are meant to change. */
function errorsOf(file: string): string[] {
  const { stderr, stdout } = spawnSync('dciodvfy', [file], { encoding: 'latin1', maxBuffer: LONGEST_OUTPUT });
  return `${stderr}\n${stdout}`
    .split('\n')
    .filter((line) => line.startsWith('Error'))
    .map((line) =>
      line
        .replace(/value = <[^>]*>/g, 'value')
        .replace(/\b\d+(?:\.\d+){2,}/g, 'UID')
        .replace(/UID [\d.]+$/, 'UID UID'),
    );
}
