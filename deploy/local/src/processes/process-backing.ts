import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { probe, urlOf } from '../probes.js';
import { provision } from '../provision.js';
import { writeRecord, type Running, type StackRecord } from '../record.js';
import type { ServiceName } from '../names.js';
import type { Backing, StartContext } from '../stack.types.js';
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

/** One server as a plain process, started and provisioned. */
export async function startProcess(name: ServiceName, context: StartContext): Promise<Backing> {
  const { folder, record, say } = context;
  const place = { folder: join(folder, name), port: await freePort(record.ports[name]), record };
  record.ports[name] = place.port;
  await mkdir(place.folder, { recursive: true, mode: 0o711 });
  const backing = processBacking(name, await RECIPES[name].prepare(place, say), context);
  await backing.start();
  await provision(name, place.port, record);
  return backing;
}

function processBacking(name: ServiceName, command: Command, { folder, record }: StartContext): Backing {
  const port = record.ports[name] ?? 0;
  const ownFolder = join(folder, name);
  const running = (): Running => record.running[name] ?? {};
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await endProcess(running(), signal);
    delete record.running[name];
    writeRecord(folder, record);
  };
  const ready = (): Promise<void> => {
    const failure = `${name} is not ready: see ${join(ownFolder, 'output.log')}.`;
    return waitUntil(
      () => probe(name, port, record),
      failure,
      () => !isAlive(running()),
    );
  };
  const start = async (): Promise<void> => {
    for (let attempt = 1; !isAlive(running()); attempt++) {
      await command.mend?.();
      record.running[name] = await launch(command, ownFolder);
      writeRecord(folder, record);
      await ready().catch((error: unknown) => {
        if (attempt === STARTS || isAlive(running())) throw error;
      });
    }
  };
  return {
    name,
    port,
    url: urlOf(name, port, record),
    get pid() {
      return isAlive(running()) ? running().pid : undefined;
    },
    start,
    ready,
    kill: () => end('SIGKILL'),
    stop: () => end(RECIPES[name].stopSignal),
  };
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

async function launch(command: Command, folder: string): Promise<Running> {
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
