import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '@sluice/contracts';

/** A running `standalone` on embedded doors in one folder. */
export interface StandaloneProcess {
  readonly folder: string;
  readonly dimsePort: number;
  readonly httpPort: number;
  readonly logFile: string;
  /** The doors' URLs, for whoever reads beside it. */
  readonly environment: Readonly<Record<string, string>>;
  /** SIGTERM, then waits; resolves to the exit code. */
  stop(): Promise<number>;
}

const PROGRAM = fileURLToPath(new URL('../../../standalone/dist/main.js', import.meta.url));
const READY_WITHIN_MS = 30_000;

/** Starts it and waits until it is ready. @throws SluiceError CLI_DEMO_INCOMPLETE when it does not come up */
export async function startStandalone(folder: string): Promise<StandaloneProcess> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [dimsePort, httpPort] = [await freePort(), await freePort()];
  const environment = {
    BUS_URL: `embedded:${join(folder, 'bus')}`,
    STORE_URL: `file:${join(folder, 'store')}`,
    KEYS_URL: `local:${join(folder, 'keys')}`,
    DATABASE_URL: `sqlite:${join(folder, 'sluice.db')}`,
  };
  const settings = {
    DIMSE_PORT: `${dimsePort}`,
    DIMSE_HOST: '127.0.0.1',
    HTTP_PORT: `${httpPort}`,
    HTTP_HOST: '127.0.0.1',
  };
  const pace = { ARCHIVAL_QUIET_MS: '500', ARCHIVAL_SWEEP_MS: '250' };
  const logFile = join(folder, 'standalone.log');
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: '', ...environment, ...settings, ...pace },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile, { mode: 0o600 });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  await ready(child, httpPort, logFile);
  return { folder, dimsePort, httpPort, logFile, environment, stop: () => stop(child) };
}

async function ready(child: ChildProcess, httpPort: number, logFile: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new SluiceError('CLI_DEMO_INCOMPLETE', { detail: `standalone did not come up: ${logFile}` });
}

async function stop(child: ChildProcess): Promise<number> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode ?? 1;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
