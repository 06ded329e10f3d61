import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 120_000;
const PAUSE_MS = 100;

/** What to start: a program, its arguments, where it logs, and what it needs of an environment beyond PATH. */
export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A foreign server as a child of this process. */
export class ServerProcess {
  readonly name: string;
  readonly #logFile: string;
  readonly #child: ChildProcess;

  constructor({ program, args, logFile, environment = {} }: ServerOptions) {
    this.name = basename(program);
    this.#logFile = logFile;
    const log = openSync(logFile, 'a', 0o600);
    this.#child = spawn(program, args, {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  /** Resolves when `probe` answers true. Throws with the end of the log when the process ends before, or after two minutes. */
  async ready(probe: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    while (!(await probe().catch(() => false))) {
      if (this.#ended() || Date.now() > giveUpAt)
        throw new Error(`${this.name} is not ready: ${(await readFile(this.#logFile, 'utf8')).slice(-2000)}`);
      await sleep(PAUSE_MS);
    }
  }

  /** Ends it the hard way: nothing of it is kept, and an API server that is asked politely waits for its clients. */
  async kill(): Promise<void> {
    if (this.#ended()) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }
}
