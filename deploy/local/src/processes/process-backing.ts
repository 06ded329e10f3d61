import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { probe, urlOf } from '../probes.js';
import { provision } from '../provision.js';
import { writeRecord, type StackRecord } from '../record.js';
import type { Backing, ServiceName, StartContext } from '../stack.types.js';
import { waitUntil } from '../wait.js';
import { kafkaRecipe } from './kafka.js';
import { kmsRecipe } from './kms.js';
import { freePort } from './ports.js';
import { postgresRecipe } from './postgres.js';
import { endProcess, isAlive, startTimeOf } from './process-life.js';
import type { Command, Recipe } from './recipe.js';
import { s3Recipe } from './s3.js';

/** PostgreSQL and sockets in use refuse the first moments after a SIGKILL. */
const STARTS = 5;

const RECIPES: Readonly<Record<ServiceName, Recipe>> = {
  kafka: kafkaRecipe,
  s3: s3Recipe,
  kms: kmsRecipe,
  postgres: postgresRecipe,
};

/** One server as a plain process, started and provisioned. `folder` is the stack's. */
export async function startProcess(
  name: ServiceName,
  { folder, record, say }: StartContext,
): Promise<Backing> {
  const place = { folder: join(folder, name), port: await freePort(record.ports[name]), record };
  record.ports[name] = place.port;
  await mkdir(place.folder, { recursive: true, mode: 0o711 });
  const recipe = RECIPES[name];
  const command = await recipe.prepare(place, say);
  const running = (): { pid?: number; startedAt?: string } => record.running[name] ?? {};
  const ended = (): void => {
    delete record.running[name];
    writeRecord(folder, record);
  };

  const backing: Backing = {
    name,
    port: place.port,
    url: urlOf(name, place.port, record),
    get pid() {
      return isAlive(running()) ? running().pid : undefined;
    },
    async start() {
      for (let attempt = 1; !isAlive(running()); attempt++) {
        record.running[name] = await launch(command, place.folder);
        writeRecord(folder, record);
        await backing.ready().catch((error: unknown) => {
          if (attempt === STARTS || isAlive(running())) throw error;
        });
      }
    },
    ready: () =>
      waitUntil(
        () => probe(name, place.port, record),
        `${name} is not ready: see ${join(place.folder, 'output.log')}.`,
        () => !isAlive(running()),
      ),
    kill: () => endProcess(running(), 'SIGKILL').then(ended),
    stop: () => endProcess(running(), recipe.stopSignal).then(ended),
  };
  await backing.start();
  await provision(name, place.port, record);
  return backing;
}

/** Politely ends what the record says runs, by any process that knows the folder. */
export async function stopRecorded(folder: string, record: StackRecord): Promise<void> {
  const ends = Object.entries(record.running).map(([name, running]) =>
    endProcess(running, RECIPES[name as ServiceName].stopSignal),
  );
  await Promise.all(ends);
  record.running = {};
  writeRecord(folder, record);
}

async function launch(command: Command, folder: string): Promise<{ pid?: number; startedAt?: string }> {
  const log = await open(join(folder, 'output.log'), 'a', 0o600);
  try {
    const child = spawn(command.file, command.args, {
      cwd: '/',
      // Our own environment's credentials and proxies are no business of a test server.
      env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', ...command.env },
      uid: command.uid,
      gid: command.gid,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return { pid: child.pid, startedAt: child.pid === undefined ? undefined : startTimeOf(child.pid) };
  } finally {
    await log.close();
  }
}
