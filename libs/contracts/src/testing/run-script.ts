import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Lets plain Node run our sources: imports end in `.js` where the file is `.ts`. */
const SOURCES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve(name, context, next) {
    try { return next(name, context); } catch (error) {
      if (!name.endsWith('.js')) throw error;
      return next(name.slice(0, -3) + '.ts', context);
    }
  } });`)}`;

/** A child process that runs one of our source files, so that a test can kill it. */
export interface Script {
  readonly pid: number;
  /** What it prints, line by line; ends with the process. */
  readonly lines: AsyncIterable<string>;
  /** Exit code, or null when it was killed. */
  readonly exit: Promise<number | null>;
  kill(): void;
}

/** Runs a TypeScript source file (`new URL('./writer.ts', import.meta.url)`) in a process of its own, for tests. */
export function runScript(file: URL, args: readonly string[]): Script {
  const flags = ['--no-warnings', '--conditions=@sluice/source', `--import=${SOURCES}`];
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    [...flags, fileURLToPath(file), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return {
    pid: child.pid ?? 0,
    lines: createInterface({ input: child.stdout }),
    exit: once(child, 'exit').then(([code]) => code as number | null),
    kill: () => void child.kill('SIGKILL'),
  };
}
