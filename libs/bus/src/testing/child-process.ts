import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the child is to do; see child-room.ts. */
export interface ChildTask {
  readonly does: 'publish' | 'consume';
  readonly url: string;
  readonly group?: string;
  readonly count?: number;
  /** Event that kills the process when it is handled. */
  readonly killer?: string;
  /** Dies at this many handled events. */
  readonly dieAt?: number;
  /** Database URL of the in-hand journal. */
  readonly journal?: string;
}

/** A room in a process of its own, that may die. */
export interface ChildRoom {
  readonly lines: readonly string[];
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  kill(): void;
}

// Node takes the types out itself; only the ending of relative imports must be found again.
const HOOK = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => {
  try { return next(name, context); } catch (error) { if (!/^\\.{1,2}\\/.*\\.js$/.test(name)) throw error; return next(name.slice(0, -3) + '.ts', context); }
} });`;

/** Starts a room as a process from its sources. */
export function startChild(task: ChildTask): ChildRoom {
  const script = fileURLToPath(import.meta.url).replace(/child-process\.(ts|js)$/, 'child-room.$1');
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--experimental-transform-types',
      '--conditions=@sluice/source',
      '--import',
      hook,
      script,
      JSON.stringify(task),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  return { lines, ended: once(child, 'close').then(() => undefined), kill: () => void child.kill('SIGKILL') };
}
