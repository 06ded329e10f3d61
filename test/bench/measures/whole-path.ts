import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyFiles } from '../empty-files.ts';
import type { Load } from '../loads.ts';
import { cpuSeconds, median } from '../meter.ts';
import { push } from '../push.ts';
import { databaseFile, embeddedIntake, standalone } from '../receivers/sluice.ts';
import { pushOnce } from './intake.ts';

export interface WholePathFigure {
  /** From the first association request until every instance is archived raw and clean, opened and settled. */
  readonly instancesPerSecond: number;
  /** Intake alone, measured in turn with it. */
  readonly intakeInstancesPerSecond: number;
  /** Processor seconds of the one process per GB pushed. */
  readonly cpuPerGB: number;
}

interface WholePathPlan {
  readonly load: Load;
  readonly rounds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 180_000;

/** Measures the whole path and intake alone, in turn. */
export async function measureWholePath({
  load,
  rounds,
  folder,
  say,
}: WholePathPlan): Promise<WholePathFigure> {
  const whole: { instancesPerSecond: number; cpuPerGB: number }[] = [];
  const alone: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    alone.push((await pushOnce(embeddedIntake, load, folder)).instancesPerSecond);
    whole.push(await walkOnce(load, folder));
    say(
      `whole path: ${whole.at(-1)!.instancesPerSecond.toFixed(1)} inst/s; intake alone ${alone.at(-1)!.toFixed(1)}`,
    );
  }
  return {
    instancesPerSecond: median(whole.map((one) => one.instancesPerSecond)),
    intakeInstancesPerSecond: median(alone),
    cpuPerGB: median(whole.map((one) => one.cpuPerGB)),
  };
}

/** One walk of the load through a fresh standalone. */
export async function walkOnce(
  load: Load,
  place: string,
  profileFolder?: string,
): Promise<{ seconds: number; instancesPerSecond: number; cpuPerGB: number }> {
  const folder = await mkdtemp(join(place, 'standalone-'));
  const profile = profileFolder ? { profileFolder } : {};
  const server = await standalone.start(folder, { associations: load.folders.length, ...profile });
  const database = new DatabaseSync(databaseFile(folder), { readOnly: true });
  try {
    await push(server, [[load.warmUp]]);
    await archived(database, load.warmUpInstances);
    spawnSync('sync');
    const before = cpuSeconds(server.pid);
    const { beganAt, stored } = await push(server, load.folders);
    if (stored !== load.instances) throw new Error(`${stored} of ${load.instances} were stored`);
    await archived(database, load.warmUpInstances + load.instances);
    const seconds = (performance.now() - beganAt) / 1000;
    const cpuPerGB = ((cpuSeconds(server.pid) - before) / load.bytes) * 1e9;
    return { seconds, instancesPerSecond: load.instances / seconds, cpuPerGB };
  } finally {
    database.close();
    await server.stop();
    await emptyFiles(folder);
  }
}

/** Waits until so many instances are settled, each with a raw and a clean archived object. */
async function archived(database: DatabaseSync, instances: number): Promise<void> {
  const settled = database.prepare(
    'select count(*) as n from archival_received where settled_at is not null',
  );
  const objects = database.prepare(
    "select count(*) as n from archival_objects where kind in ('raw', 'clean')",
  );
  const count = (statement: typeof settled) => (statement.get() as { n: number }).n;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    if (count(settled) >= instances && count(objects) >= 2 * instances) return;
  }
  throw new Error(
    `only ${count(settled)} of ${instances} instances are settled, ${count(objects)} objects archived`,
  );
}
