import { describeMachine } from '../../bench/machine.ts';
import { push } from '../../scaling/ground/backlog.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhantomInstance } from '@sluice/samples';
import {
  type AloneFigure,
  type LookFigure,
  type Measured,
  type MixedFigure,
  type PushFigure,
  type SizeFigure,
  STAGES,
  type StageName,
} from '../measured.ts';
import { drainAlone, receiveAlone } from './alone.ts';
import { type Ground, openGround } from './ground.ts';
import { films, screens, slices } from './loads.ts';
import { measurePush } from './together.ts';

/** Enough for the hot code to be compiled: services run for months. */
const WARM_UP = 400;
const SMALL = { side: 128, instances: 400 };
const LARGE = { side: 1024, instances: 120 };
/** The first tells how intake and the others share the cores; the second is of another size than anything before, and is what is simulated. */
const PUSHES = [
  { side: 128, instances: 400 },
  { side: 512, instances: 400 },
];
const FILMS = [
  { what: 'mammogram', rows: 4096, columns: 3328, instances: 1 },
  { what: 'radiograph', rows: 2500, columns: 2048, instances: 2 },
] as const;
const SCREENS = { what: 'ultrasound screen, twelve words', instances: 8 };

/** About as many screens among slices as a network has. */
const MIXED = { slices: 240, screens: 16, side: 128 };

/** What an instance costs each stage, alone; then a push through all of them at once. About two minutes. */
export async function measure(folder: string, say: (line: string) => void): Promise<Measured> {
  const began = performance.now();
  const machine = describeMachine();
  const ground = await openGround(folder, say);
  try {
    const startSeconds = await startTime(ground);
    await through(ground, slices(WARM_UP, 64));
    const sizes: SizeFigure[] = [];
    for (const { side, instances } of [SMALL, LARGE]) {
      sizes.push(await sizeAlone(ground, { what: `CT, ${side} x ${side}`, load: slices(instances, side) }));
      say(JSON.stringify(sizes.at(-1)));
    }
    ground.letGo(STAGES);
    // Until manifests are written and everybody is in step again.
    await through(ground, slices(50, 64));
    await sleep(3_000);
    const pushes: PushFigure[] = [];
    for (const { side, instances } of PUSHES) {
      pushes.push(
        await pushThrough(ground, { what: `CT, ${side} x ${side}`, load: slices(instances, side) }),
      );
      say(`push: ${pushes.at(-1)?.moments.at(-1)?.atSeconds.toFixed(1)} s`);
      await sleep(3_000);
    }
    const looks: LookFigure[] = [];
    for (const { what, instances, ...size } of FILMS)
      looks.push(await look(ground, { what, megapixels: megapixels(size), load: films(instances, size) }));
    const load = await screens(SCREENS.instances);
    looks.push(await look(ground, { what: SCREENS.what, megapixels: 0.48, load }));
    say(JSON.stringify(looks));
    const mixed = await mixedAlone(ground);
    say(JSON.stringify(mixed));
    const seconds = (performance.now() - began) / 1000;
    return { machine, seconds, startSeconds, sizes, looks, mixed, pushes };
  } finally {
    ground.letGo(STAGES);
    await ground.stop();
  }
}

const megapixels = ({ rows, columns }: { rows: number; columns: number }): number => (rows * columns) / 1e6;

/** Pushes and waits until all of it is archived. */
async function through(ground: Ground, instances: readonly PhantomInstance[]): Promise<void> {
  const wanted = (await ground.settled()) + instances.length;
  await push(ground.installation.dimsePort, instances);
  while ((await ground.settled()) < wanted) await sleep(200);
}

async function pushThrough(
  ground: Ground,
  { what, load }: { what: string; load: readonly PhantomInstance[] },
): Promise<PushFigure> {
  return { what, bytes: load[0]?.dataSet.length ?? 0, ...(await measurePush(ground, load)) };
}

async function sizeAlone(
  ground: Ground,
  { what, load }: { what: string; load: readonly PhantomInstance[] },
): Promise<SizeFigure> {
  const intake = await receiveAlone(ground, load);
  const drain = (name: StageName): Promise<AloneFigure> => drainAlone(ground, name, load.length);
  const stages = {
    intake,
    scrubbing: await drain('scrubbing'),
    encryption: await drain('encryption'),
    archival: await drain('archival'),
  };
  return { what, instances: load.length, bytes: load[0]?.dataSet.length ?? 0, stages };
}

async function look(
  ground: Ground,
  { what, megapixels, load }: { what: string; megapixels: number; load: readonly PhantomInstance[] },
): Promise<LookFigure> {
  await receiveAlone(ground, load);
  const { cpu } = await drainAlone(ground, 'scrubbing', load.length);
  return { what, instances: load.length, bytes: load[0]?.dataSet.length ?? 0, megapixels, cpu };
}

/** Slices, and after each fifteen of them a screen, through scrubbing alone. */
async function mixedAlone(ground: Ground): Promise<MixedFigure> {
  const [many, few] = [slices(MIXED.slices, MIXED.side), await screens(MIXED.screens)];
  const every = many.length / few.length;
  const load = few.flatMap((screen, at) => [...many.slice(at * every, (at + 1) * every), screen]);
  await receiveAlone(ground, load);
  const { instancesPerSecond } = await drainAlone(ground, 'scrubbing', load.length);
  const bytes = (some: readonly PhantomInstance[]): number => some[0]?.dataSet.length ?? 0;
  return {
    slices: { instances: many.length, bytes: bytes(many) },
    screens: { instances: few.length, bytes: bytes(few) },
    seconds: load.length / instancesPerSecond,
  };
}

/** From the start of a process, alone in its group, until it is ready. */
async function startTime({ installation }: Ground): Promise<number> {
  const { scrubbing } = installation.services;
  await scrubbing.end('SIGTERM');
  const began = performance.now();
  scrubbing.spawn();
  await scrubbing.ready();
  return (performance.now() - began) / 1000;
}
