import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { ServiceProcess } from './service-process.js';

/** A running `standalone` on embedded doors in a folder of its own. */
export interface Standalone {
  readonly folder: string;
  readonly dimsePort: number;
  readonly process: ServiceProcess;
  /** The doors' URLs, for whoever reads beside it. */
  readonly doors: Readonly<Record<string, string>>;
  /** Ends the process and removes the folder. */
  stop(): Promise<void>;
}

/** Starts it as a process of its own, and waits until it is ready. */
export async function startStandalone(settings: Readonly<Record<string, string>> = {}): Promise<Standalone> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-standalone-'));
  const dimsePort = await freePort();
  const doors = {
    BUS_URL: `embedded:${join(folder, 'bus')}`,
    STORE_URL: `file:${join(folder, 'store')}`,
    KEYS_URL: `local:${join(folder, 'keys')}`,
    DATABASE_URL: `sqlite:${join(folder, 'sluice.db')}`,
  };
  const service = new ServiceProcess('standalone', {
    httpPort: await freePort(),
    logFile: join(folder, 'standalone.log'),
    environment: {
      ...doors,
      DIMSE_PORT: String(dimsePort),
      DIMSE_HOST: '127.0.0.1',
      ARCHIVAL_QUIET_MS: '300',
      ARCHIVAL_SWEEP_MS: '100',
      ...settings,
    },
  });
  const stop = async () => {
    await service.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  service.spawn();
  try {
    await service.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, dimsePort, process: service, doors, stop };
}
