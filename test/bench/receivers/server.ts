import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../push.ts';

/** DCMTK and Orthanc stall 45 ms per instance without it. */
export const NO_DELAY = { PATH: process.env['PATH'], TCP_NODELAY: '1' };
const PATIENCE_MS = 60_000;

/** What takes images in. `durable` says whether success means that the bytes are on the disk. */
export interface Receiver {
  readonly name: string;
  readonly words: string;
  /** Starts it fresh, everything it writes below `folder`. */
  start(folder: string, options?: StartOptions): Promise<Server>;
}

export interface StartOptions {
  readonly associations: number;
  /** A Node server writes a processor profile here when it ends. */
  readonly profileFolder?: string;
}

/** A running receiver. */
export interface Server extends Target {
  readonly pid: number;
  /** Other processes that work for it: the backing services. */
  readonly helpers: readonly number[];
  stop(): Promise<void>;
}

export interface Program extends Target {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
}

/** Starts a program and waits until it answers a C-ECHO. */
export async function startServer(program: Program): Promise<Server> {
  const log = openSync(program.logFile, 'a', 0o600);
  const child = spawn(program.command, program.args, {
    env: { ...NO_DELAY, ...program.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await once(child, 'spawn');
  const stop = () => end(child);
  const until = Date.now() + PATIENCE_MS;
  while (!answersEcho(program)) {
    if (hasEnded(child) || Date.now() > until) {
      await stop();
      throw new Error(
        `${program.command} does not answer: ${(await readFile(program.logFile, 'utf8')).slice(-1000)}`,
      );
    }
    await sleep(100);
  }
  return { pid: child.pid!, port: program.port, aeTitle: program.aeTitle, helpers: [], stop };
}

function answersEcho({ port, aeTitle }: Target): boolean {
  const args = ['-to', '2', '-aet', 'LOCAL', '-aec', aeTitle, '127.0.0.1', String(port)];
  return spawnSync('echoscu', args, { env: NO_DELAY, stdio: 'ignore', timeout: 5_000 }).status === 0;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(hard);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
