import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '@sluice/store';
import { listOf, must } from '../chart/ground/cluster.ts';
import { NAMESPACE } from '../chart/ground/chart.ts';
import { describeMachine, type Machine } from '../bench/machine.ts';
import { headerOnlyInstances, push } from './ground/backlog.ts';
import { type ControlPlane, startControlPlane } from './ground/control-plane.ts';
import { type Ground, openGround, TOPIC_PREFIX } from './ground/installation.ts';
import { type Lag, openProgress, type Progress } from './ground/progress.ts';
import { followDeployment } from './ground/workers.ts';

const PAUSE_MS = 500;
const PATIENCE_MS = 15 * 60_000;
const WARM_UP = 100;

export interface ScalingOptions {
  /** In the backlog. */
  readonly instances: number;
  /** For each of the fixed numbers of workers. */
  readonly share: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** One moment of the run. */
export interface Sample extends Lag {
  /** Since the chart was installed. */
  readonly atSeconds: number;
  /** What the Deployment asks for, and what lives. */
  readonly asked: number;
  readonly running: number;
}

/** Throughput of a fixed number of workers on a backlog that stands. */
export interface Fixed {
  readonly workers: number;
  readonly instances: number;
  readonly perSecond: number;
}

/** What stands when all is drained, and has to be equal. */
export interface Counts {
  readonly pushed: number;
  /** Rows of the ledger: one per instance. */
  readonly outcomes: number;
  /** Staged de-identified objects, and instances that have one. */
  readonly cleanObjects: number;
  readonly cleanInstances: number;
  readonly quarantined: number;
  readonly deadLetters: number;
  /** Events beyond one per instance: what was said again after the kill. */
  readonly saidAgain: number;
}

export interface Results {
  readonly machine: Machine;
  readonly seconds: number;
  readonly options: Pick<ScalingOptions, 'instances' | 'share'>;
  readonly fixed: readonly Fixed[];
  readonly samples: readonly Sample[];
  /** How long the push took before the chart was installed. */
  readonly pushSeconds: number;
  /** Seconds on the samples' clock. */
  readonly killedAfter: number | undefined;
  readonly drainedAfter: number;
  readonly smallestAgainAfter: number;
  readonly workersStarted: number;
  readonly counts: Counts;
}

/** Measures fixed numbers of workers, then lets KEDA decide. */
export async function runScaling(options: ScalingOptions): Promise<Results> {
  const { folder, say } = options;
  const began = performance.now();
  const machine = describeMachine();
  const ground = await openGround(folder, say);
  try {
    const progress = await warmUp(ground);
    const fixed: Fixed[] = [];
    for (const workers of [1, 2, 4]) {
      fixed.push(await measureFixed(ground, progress, { workers, instances: options.share }));
      say(`${workers} worker(s): ${fixed.at(-1)?.perSecond.toFixed(0)} instances/s`);
    }
    const plane = await startControlPlane(join(folder, 'control-plane'), say);
    try {
      const scaled = await letKedaDecide(ground, { progress, plane, ...options });
      const pushed = WARM_UP + 3 * options.share + options.instances;
      const counts = await countAll(ground, progress, pushed);
      await progress.close();
      const seconds = (performance.now() - began) / 1000;
      const { instances, share } = options;
      return { machine, seconds, options: { instances, share }, fixed, ...scaled, counts };
    } finally {
      await plane.stop();
    }
  } finally {
    await ground.stop();
  }
}

/** The group has to have committed once, or KEDA sees no lag. */
async function warmUp({ broker, dimsePort, workers }: Ground): Promise<Progress> {
  await workers.keep(1);
  await workers.ready();
  await push(dimsePort, headerOnlyInstances(1, WARM_UP));
  const progress = await openProgress(broker, TOPIC_PREFIX);
  await until(async () => (await progress.lag()).records === 0, 'the first instances are not worked');
  await workers.keep(0);
  return progress;
}

/** The rate from when all are ready until nine tenths are done: neither start nor the last stragglers. */
async function measureFixed(
  { dimsePort, workers }: Ground,
  progress: Progress,
  wanted: { readonly workers: number; readonly instances: number },
): Promise<Fixed> {
  const { instances } = wanted;
  await push(dimsePort, headerOnlyInstances(10 + wanted.workers, instances));
  await workers.keep(wanted.workers);
  await workers.ready();
  const marks: { at: number; done: number }[] = [];
  await until(async () => {
    const { records } = await progress.lag();
    marks.push({ at: performance.now(), done: instances - records });
    return records === 0;
  }, 'the backlog is not drained');
  await workers.keep(0);
  const inside = marks.filter(({ done }) => done <= instances * 0.9);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last || last.at === first.at)
    throw new Error('drained too fast to be measured: more instances');
  const perSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return { workers: wanted.workers, instances, perSecond };
}

type Scaled = Pick<
  Results,
  'samples' | 'pushSeconds' | 'killedAfter' | 'drainedAfter' | 'smallestAgainAfter' | 'workersStarted'
>;

async function letKedaDecide(
  ground: Ground,
  { progress, plane, instances, say }: ScalingOptions & { progress: Progress; plane: ControlPlane },
): Promise<Scaled> {
  const { workers } = ground;
  say(`pushing ${instances} instances while no worker runs ...`);
  const startedBefore = workers.started;
  const pushBegan = performance.now();
  await push(ground.dimsePort, headerOnlyInstances(100, instances));
  const pushSeconds = (performance.now() - pushBegan) / 1000;
  const { worked: workedBefore } = await progress.lag();
  say('installing the chart');
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const follower = await install(ground, plane);
  try {
    const samples: Sample[] = [];
    let killedAfter: number | undefined;
    let drainedAfter = 0;
    await until(async () => {
      const lag = await progress.lag();
      samples.push({ atSeconds: seconds(), ...lag, asked: workers.asked, running: workers.running });
      const half = lag.worked - workedBefore > instances / 2;
      if (killedAfter === undefined && half && workers.running > 1) {
        killedAfter = seconds();
        await workers.killOne();
        say('killed one worker');
      }
      if (drainedAfter === 0 && lag.records === 0) drainedAfter = seconds();
      return drainedAfter > 0 && workers.asked === 1 && workers.running === 1;
    }, 'the workers do not come back to their minimum');
    const workersStarted = workers.started - startedBefore;
    return { samples, pushSeconds, killedAfter, drainedAfter, smallestAgainAfter: seconds(), workersStarted };
  } finally {
    await follower.stop();
  }
}

/** The chart's own objects of scrubbing, and processes in the place of its pods. */
async function install(
  { scrubbing, secret, workers }: Ground,
  { kubectl, kubectlCommand }: ControlPlane,
): Promise<{ stop(): Promise<void> }> {
  const name = scrubbing.find(({ kind }) => kind === 'Deployment')?.metadata.name ?? '';
  await must(kubectl(['create', 'namespace', NAMESPACE]));
  await must(kubectl(['apply', `--namespace=${NAMESPACE}`, '-f', '-'], listOf(scrubbing)));
  await must(
    kubectl(['create', `--namespace=${NAMESPACE}`, '-f', '-'], JSON.stringify(secretOf(name, secret))),
  );
  const ready = ['wait', '--for=condition=Ready', '--timeout=110s', 'scaledobject', name];
  await must(kubectl([...ready, `--namespace=${NAMESPACE}`]));
  return followDeployment(kubectlCommand, { namespace: NAMESPACE, name }, workers);
}

/** As an operator makes it; KEDA reads what the Deployment takes from Secrets, and waits for it. */
function secretOf(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

async function countAll({ database, storeUrl }: Ground, progress: Progress, pushed: number): Promise<Counts> {
  const { rows } = await database.query('select count(*)::int as count from scrubbing_outcomes');
  const store = await openStore(storeUrl);
  let cleanObjects = 0;
  const owners = new Set<string | undefined>();
  for await (const { name } of store.list('staging/t1/clean/')) {
    cleanObjects += 1;
    owners.add(name.split('/')[3]);
  }
  await store.close();
  const quarantined = await progress.ends('instance.quarantined');
  const said = (await progress.ends('instance.scrubbed')) + quarantined;
  return {
    pushed,
    outcomes: (rows[0] as { count: number }).count,
    cleanObjects,
    cleanInstances: owners.size,
    quarantined,
    deadLetters: await progress.ends('scrubbing.dead'),
    saidAgain: said - pushed,
  };
}

async function until(isSo: () => Promise<boolean>, failure: string): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(failure);
    await sleep(PAUSE_MS);
  }
}
