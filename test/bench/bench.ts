import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startStack } from '@sluice/stack';
import { makeLoads, type Load } from './loads.ts';
import { describeMachine, isInstalled } from './machine.ts';
import { measureDeidentify } from './measures/deidentify.ts';
import { measureDiskFloor, measureS3Floor, type FloorFigure } from './measures/floor.ts';
import { measureHeaderRewrite } from './measures/header-rewrite.ts';
import { measureHeaderScrub } from './measures/header-scrub.ts';
import { measureInference } from './measures/inference.ts';
import { measureIntake, pushOnce, type IntakeFigure } from './measures/intake.ts';
import { measureSeal } from './measures/seal.ts';
import { measureWholePath, walkOnce } from './measures/whole-path.ts';
import { profileOf, type ProfileSummary } from './profile.ts';
import { orthanc, orthancTuned, storescp } from './receivers/rivals.ts';
import { embeddedIntake, realIntake, realStore } from './receivers/sluice.ts';
import type { Receiver } from './receivers/server.ts';
import { profileName, WHOLE_PATH_PROFILE } from './report/aims.ts';
import type { Results } from './report/results.ts';

export interface BenchOptions {
  /** A third of the load, one round. */
  readonly rough: boolean;
  readonly parts: ReadonlySet<string>;
  /** Everything is written below; some GB at times. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

interface Bench extends BenchOptions {
  readonly loads: readonly Load[];
  readonly rounds: number;
  readonly profiles: ProfileSummary[];
  readonly floors: FloorFigure[];
  readonly receivers: Set<Receiver>;
  readonly missing: string[];
}

/** Runs the wanted parts one after the other. @throws Error when DCMTK's storescu, the sender, is not installed */
export async function runBench(options: BenchOptions): Promise<Results> {
  const began = performance.now();
  const machine = describeMachine();
  const pushes = ['embedded', 'real', 'path'].some((part) => options.parts.has(part));
  if (pushes && !isInstalled('storescu'))
    throw new Error('the bench pushes with storescu: install the Debian package dcmtk');
  const loadFolder = join(options.folder, 'loads');
  await mkdir(loadFolder);
  if (pushes) options.say('generating studies ...');
  const loads = pushes ? await makeLoads(loadFolder, options.rough ? 1 / 3 : 1) : [];
  const bench: Bench = {
    ...options,
    loads,
    rounds: options.rough ? 1 : 3,
    profiles: [],
    floors: [],
    receivers: new Set(),
    missing: [],
  };
  const when = <T>(part: string, work: () => Promise<T>) => (options.parts.has(part) ? work() : undefined);
  const headerRewrite = await when('rewrite', () => measureHeaderRewrite(options.rough ? 4 : 10));
  const headerScrub = await when('scrub', () => measureHeaderScrub(options.rough ? 4 : 10));
  const deidentify = await when('deidentify', () => measureDeidentify(options));
  const seal = await when('seal', () => measureSeal(options.folder, options.rough ? 3 : 7));
  const inference = await when('inference', () => measureInference(options));
  const embedded = (await when('embedded', () => benchEmbedded(bench))) ?? [];
  const real = (await when('real', () => benchReal(bench))) ?? [];
  // The last: archival deletes what is settled, and deleted files slow down whoever creates some (empty-files.ts).
  const wholePath = await when('path', () => benchWholePath(bench));
  return {
    machine,
    seconds: (performance.now() - began) / 1000,
    rough: options.rough,
    loads: loads.map(({ name, words, instances, bytes }) => ({ name, words, instances, bytes })),
    receivers: Object.fromEntries([...bench.receivers].map(({ name, words }) => [name, words])),
    intake: [...embedded, ...real],
    floors: bench.floors,
    headerRewrite,
    headerScrub,
    deidentify,
    seal,
    inference,
    wholePath,
    profiles: bench.profiles,
    missing: bench.missing,
  };
}

async function benchEmbedded(bench: Bench): Promise<IntakeFigure[]> {
  const group = 'embedded';
  const durable = installed(bench, [embeddedIntake, orthanc]);
  const figures = await measureIntake({ ...bench, group, receivers: durable });
  // In turns of their own: what these leave unwritten would be written while a durable one waits for its disk.
  const others = installed(bench, [orthancTuned, storescp]);
  figures.push(...(await measureIntake({ ...bench, group, receivers: others })));
  bench.floors.push(...(await measureDiskFloor(bench.folder, sizeOf(bench.loads[0]!))));
  for (const load of bench.loads) await profileIntake(bench, embeddedIntake, load);
  return figures;
}

async function benchWholePath(bench: Bench) {
  const load = bench.loads[0]!;
  const figure = await measureWholePath({ ...bench, load });
  if (bench.parts.has('profile'))
    bench.profiles.push(
      await profileOf(WHOLE_PATH_PROFILE, bench.folder, (into) => walkOnce(load, bench.folder, into)),
    );
  return figure;
}

async function benchReal(bench: Bench): Promise<IntakeFigure[]> {
  bench.say('starting Kafka, S3 and KMS ...');
  const stack = await startStack({ folder: join(bench.folder, 'stack'), services: ['kafka', 's3', 'kms'] });
  try {
    const receiver = realIntake(stack);
    const receivers = installed(bench, [receiver, orthanc]);
    const figures = await measureIntake({ ...bench, group: 'real', receivers });
    bench.floors.push(...(await measureS3Floor(realStore(stack), sizeOf(bench.loads[0]!))));
    for (const load of bench.loads) await profileIntake(bench, receiver, load);
    return figures;
  } finally {
    await stack.stop();
  }
}

function sizeOf({ bytes, instances }: Load): number {
  return Math.round(bytes / instances);
}

async function profileIntake(
  { profiles, parts, folder }: Bench,
  receiver: Receiver,
  load: Load,
): Promise<void> {
  if (!parts.has('profile')) return;
  profiles.push(
    await profileOf(profileName(receiver.name, load.name), folder, (into) =>
      pushOnce(receiver, load, folder, into),
    ),
  );
}

const PROGRAMS = new Map([
  [orthanc, 'Orthanc'],
  [orthancTuned, 'Orthanc'],
  [storescp, 'storescp'],
]);

function installed(bench: Bench, receivers: readonly Receiver[]): Receiver[] {
  const found = receivers.filter((receiver) => isInstalled(PROGRAMS.get(receiver) ?? 'storescu'));
  for (const receiver of found) bench.receivers.add(receiver);
  for (const receiver of receivers) {
    if (!found.includes(receiver))
      bench.missing.push(
        `${receiver.name}: the Debian package of ${PROGRAMS.get(receiver)} is not installed`,
      );
  }
  return found;
}
