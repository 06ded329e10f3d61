import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Where and on what a run was measured. */
export interface Machine {
  readonly date: string;
  /** Short hash; with `-dirty` when tracked files differ from it. */
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** Load average of the last minute before the run began: other work on the machine makes figures worthless, ratios less so. */
  readonly loadBefore: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Looks at the machine; a program that is not installed has the version `not installed`. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cores: processors.length,
    cpu: processors[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    loadBefore: Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]),
    versions: {
      node: process.version,
      storescu: firstLine('storescu', ['--version']),
      storescp: firstLine('storescp', ['--version']),
      Orthanc: firstLine('Orthanc', ['--version']),
    },
  };
}

/** True when a program can be started. */
export function isInstalled(program: string): boolean {
  return firstLine(program, ['--version']) !== 'not installed';
}

function firstLine(program: string, args: readonly string[]): string {
  try {
    const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return output.split('\n')[0]?.trim() || 'unknown';
  } catch {
    return 'not installed';
  }
}

function commit(): string {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const dirty = git('status', '--porcelain', '--untracked-files=no', ':/') === '' ? '' : '-dirty';
    return git('rev-parse', '--short', 'HEAD') + dirty;
  } catch {
    return 'unknown';
  }
}
