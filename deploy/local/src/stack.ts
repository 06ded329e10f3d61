import { join, resolve } from 'node:path';
import { withLock } from './cache/lock.js';
import { removeContainers, startContainer } from './containers/container-backing.js';
import { dockerAnswers } from './docker-engine.js';
import { envOf } from './probes.js';
import { startProcess, stopRecorded } from './processes/process-backing.js';
import { newRecord, readRecord, writeRecord, type StackRecord } from './record.js';
import { SERVICES, type ServiceName, type Way } from './names.js';
import { type Backing, type Say, type Stack, type StackOptions } from './stack.types.js';

/** How the servers will run on this machine. */
export async function chooseWay(answers: () => Promise<boolean> = dockerAnswers): Promise<Way> {
  return (await answers()) ? 'containers' : 'processes';
}

/** Starts the backing services of a folder, ready and provisioned: bucket `sluice`, a key per purpose, database `sluice`. What an earlier run left running there is ended first. */
export async function startStack<S extends ServiceName = ServiceName>(
  options: StackOptions<S>,
): Promise<Stack<S>> {
  const folder = resolve(options.folder);
  return withFolderLock(folder, options.say, () => startInLock({ ...options, folder }));
}

/** Keeps two runs from starting or ending the same folder's services at once. */
export async function withFolderLock<T>(
  folder: string,
  say: Say = quiet,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(join(folder, 'lock'), say, work);
}

/** Ends what runs in a folder, by whatever process it was started. Data stay. */
export async function endRecorded(folder: string, record: StackRecord): Promise<void> {
  if (record.way === 'containers') return removeContainers(folder, record);
  return stopRecorded(folder, record);
}

/** `startStack` for a caller that holds the folder's lock; `folder` is absolute. */
export async function startInLock<S extends ServiceName>(options: StackOptions<S>): Promise<Stack<S>> {
  const { folder, detached = false, say = quiet } = options;
  const names = (options.services ?? SERVICES) as readonly S[];
  const record = await openRecord(folder, options.way ?? (await chooseWay()));
  Object.assign(record.ports, options.ports);
  writeRecord(folder, record);
  if (!detached) endWithThisProcess(record);
  try {
    const start = record.way === 'containers' ? startContainer : startProcess;
    const started = await settle(names.map((name) => start(name, { folder, record, detached, say })));
    const services = Object.fromEntries(started.map((backing) => [backing.name, backing])) as Record<
      S,
      Backing
    >;
    const urls = Object.fromEntries(started.map((backing) => [backing.name, backing.url]));
    record.env = envOf(urls, record);
    writeRecord(folder, record);
    return { way: record.way, env: record.env, services, stop: () => endRecorded(folder, record) };
  } catch (error) {
    await endRecorded(folder, record);
    throw error;
  }
}

async function openRecord(folder: string, way: Way): Promise<StackRecord> {
  const old = await readRecord(folder);
  if (old) await endRecorded(folder, old);
  return { ...(old ?? newRecord(way)), way };
}

/** Like Promise.all, but waits for the others before it throws: none may start after the clean-up. */
async function settle<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Servers of a test run must not outlive it, however it ends (short of SIGKILL; then the folder's next start ends them). */
function endWithThisProcess(record: StackRecord): void {
  process.once('exit', () => {
    for (const { pid } of Object.values(record.running)) killQuietly(pid);
  });
}

function killQuietly(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

const quiet: Say = () => undefined;
