import { resolve } from 'node:path';
import { containerRuns } from './containers/container-backing.js';
import { isAlive } from './processes/process-life.js';
import { readRecord, type Running, type StackRecord } from './record.js';
import { endRecorded, startInLock, withFolderLock } from './stack.js';
import { SERVICES, type ServiceName, type Way } from './names.js';
import { type Say } from './stack.types.js';

/** Where `sluice stack` keeps its servers' data unless told otherwise, below the working folder. */
export const DEFAULT_STACK_FOLDER = '.sluice/stack';

export interface StackStatus {
  readonly folder: string;
  /** Undefined when no stack was ever started in the folder. */
  readonly way: Way | undefined;
  readonly services: readonly ServiceStatus[];
  /** For clients; holds credentials. Empty unless all are up. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly up: boolean;
  readonly pid?: number;
  readonly port?: number;
}

/** Starts all four services of a folder so that they outlive this process. Leaves a stack alone that is up already. */
export async function stackUp(folder = DEFAULT_STACK_FOLDER, say?: Say): Promise<StackStatus> {
  return withFolderLock(resolve(folder), say, async () => {
    const before = await stackStatus(folder);
    if (before.services.every((service) => service.up)) return before;
    await startInLock({ folder: resolve(folder), detached: true, say });
    return stackStatus(folder);
  });
}

/** Ends the services of a folder; their data stay. Nothing happens when none runs. */
export async function stackDown(folder = DEFAULT_STACK_FOLDER, say?: Say): Promise<StackStatus> {
  if ((await stackStatus(folder)).way === undefined) return stackStatus(folder);
  return withFolderLock(resolve(folder), say, async () => {
    const record = await readRecord(resolve(folder));
    if (record) await endRecorded(resolve(folder), record);
    return stackStatus(folder);
  });
}

/** What runs in a folder now. */
export async function stackStatus(folder = DEFAULT_STACK_FOLDER): Promise<StackStatus> {
  const record = await readRecord(resolve(folder));
  const services = await Promise.all(SERVICES.map((name) => serviceStatus(name, record)));
  const allUp = services.every((service) => service.up);
  return { folder: resolve(folder), way: record?.way, services, env: (allUp && record?.env) || {} };
}

async function serviceStatus(name: ServiceName, record: StackRecord | undefined): Promise<ServiceStatus> {
  const running = record?.running[name] ?? {};
  const up = await runs(running);
  return { name, up, pid: up ? running.pid : undefined, port: record?.ports[name] };
}

async function runs(running: Running): Promise<boolean> {
  return running.container === undefined ? isAlive(running) : containerRuns(running.container);
}
