import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyFiles } from '../empty-files.ts';
import type { Load } from '../loads.ts';
import { cpuSeconds, median, peakRssMiB } from '../meter.ts';
import { push } from '../push.ts';
import type { Receiver, Server } from '../receivers/server.ts';

/** What one push of a load to a fresh process cost. */
export interface Round {
  /** From the association request to its release. */
  readonly seconds: number;
  readonly instancesPerSecond: number;
  /** Processor seconds of the receiver per GB (10^9 bytes) taken in. */
  readonly cpuPerGB: number;
  /** The same of the backing services that work for it. */
  readonly helpersCpuPerGB: number;
  readonly peakRssMiB: number;
}

/** Medians over the rounds, and the rounds. */
export interface IntakeFigure extends Round {
  /** Figures of one group were measured in turn with each other: only those may be compared. */
  readonly group: string;
  readonly receiver: string;
  readonly load: Load['name'];
  readonly rounds: readonly Round[];
}

export interface IntakePlan {
  readonly group: string;
  readonly receivers: readonly Receiver[];
  readonly loads: readonly Load[];
  readonly rounds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Late work of a receiver that belongs to the push. */
const AFTERGLOW_MS = 300;

/** Pushes each load to each receiver, in turn, the order turned round every time. */
export async function measureIntake(plan: IntakePlan): Promise<IntakeFigure[]> {
  const figures: IntakeFigure[] = [];
  for (const load of plan.loads) {
    const taken = new Map<Receiver, Round[]>(plan.receivers.map((receiver) => [receiver, []]));
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const receiver of round % 2 ? plan.receivers.toReversed() : plan.receivers) {
        const figure = await pushOnce(receiver, load, plan.folder);
        plan.say(
          `${plan.group} ${load.name} ${receiver.name}: ${figure.instancesPerSecond.toFixed(1)} inst/s`,
        );
        taken.get(receiver)!.push(figure);
      }
    }
    for (const [receiver, rounds] of taken)
      figures.push({
        group: plan.group,
        receiver: receiver.name,
        load: load.name,
        ...medians(rounds),
        rounds,
      });
  }
  return figures;
}

/** Starts a receiver afresh, warms it up, pushes the load once, and empties what it wrote. */
export async function pushOnce(
  receiver: Receiver,
  load: Load,
  place: string,
  profileFolder?: string,
): Promise<Round> {
  const folder = await mkdtemp(join(place, 'receiver-'));
  const profile = profileFolder ? { profileFolder } : {};
  const server = await receiver.start(folder, { associations: load.folders.length, ...profile });
  try {
    await push(server, [[load.warmUp]]);
    // What others left to be written back must not be waited for by this one's fsync.
    spawnSync('sync');
    return await meter(server, load);
  } finally {
    await server.stop();
    await emptyFiles(folder);
  }
}

async function meter(server: Server, load: Load): Promise<Round> {
  const helpersCpu = () => server.helpers.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const [before, helpersBefore] = [cpuSeconds(server.pid), helpersCpu()];
  const pushed = await push(server, load.folders);
  await sleep(AFTERGLOW_MS);
  if (pushed.stored !== load.instances) throw new Error(`${pushed.stored} of ${load.instances} were stored`);
  const seconds = (pushed.endedAt - pushed.beganAt) / 1000;
  return {
    seconds,
    instancesPerSecond: load.instances / seconds,
    cpuPerGB: ((cpuSeconds(server.pid) - before) / load.bytes) * 1e9,
    helpersCpuPerGB: ((helpersCpu() - helpersBefore) / load.bytes) * 1e9,
    peakRssMiB: peakRssMiB(server.pid),
  };
}

function medians(rounds: readonly Round[]): Round {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  return {
    seconds: of((round) => round.seconds),
    instancesPerSecond: of((round) => round.instancesPerSecond),
    cpuPerGB: of((round) => round.cpuPerGB),
    helpersCpuPerGB: of((round) => round.helpersCpuPerGB),
    peakRssMiB: of((round) => round.peakRssMiB),
  };
}
