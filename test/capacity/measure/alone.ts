import { setTimeout as sleep } from 'node:timers/promises';
import type { PhantomInstance } from '@sluice/samples';
import { push } from '../../scaling/ground/backlog.ts';
import type { AloneFigure, StageName } from '../measured.ts';
import type { CpuSeconds, Ground } from './ground.ts';

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 110_000;
const READERS = ['scrubbing', 'encryption', 'archival'] as const;

/** Pushes while the readers are held; intake's figure. They stay held. */
export async function receiveAlone(
  ground: Ground,
  instances: readonly PhantomInstance[],
): Promise<AloneFigure> {
  ground.hold(READERS);
  const [before, began] = [ground.cpu(), performance.now()];
  await push(ground.installation.dimsePort, instances);
  const seconds = (performance.now() - began) / 1000;
  return figureOf({ name: 'intake', instances: instances.length, seconds, before, after: ground.cpu() });
}

/** Lets one held reader drain what waits for it, all of it, and holds it again. */
export async function drainAlone(ground: Ground, name: StageName, instances: number): Promise<AloneFigure> {
  const backlog = await ground.lag(name);
  const before = ground.cpu();
  ground.letGo([name]);
  const marks: { at: number; left: number }[] = [];
  for (const giveUpAt = performance.now() + PATIENCE_MS; ;) {
    marks.push({ at: performance.now(), left: await ground.lag(name) });
    if (marks.at(-1)?.left === 0) break;
    if (performance.now() > giveUpAt) throw new Error(`${name} does not drain ${backlog} records`);
    await sleep(LOOK_EVERY_MS);
  }
  const after = ground.cpu();
  ground.hold([name]);
  return figureOf({ name, instances, seconds: drainSeconds(marks, backlog), before, after });
}

/** A process that was held needs a moment until it polls again: the clock runs from the last mark before anything was done. */
function drainSeconds(marks: readonly { at: number; left: number }[], backlog: number): number {
  const began = marks.findLast(({ left }) => left >= backlog)?.at ?? marks[0]?.at ?? 0;
  return ((marks.at(-1)?.at ?? 0) - began) / 1000;
}

interface Drained {
  readonly name: StageName;
  readonly instances: number;
  readonly seconds: number;
  readonly before: CpuSeconds;
  readonly after: CpuSeconds;
}

function figureOf({ name, instances, seconds, before, after }: Drained): AloneFigure {
  const each = (used: number): number => used / instances;
  return {
    instancesPerSecond: instances / seconds,
    cpu: {
      own: each(after.own[name] - before.own[name]),
      servers: each(after.servers - before.servers),
      sender: name === 'intake' ? each(after.sender - before.sender) : 0,
    },
  };
}
