import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { emptyFiles } from '../empty-files.ts';
import { childrenOf } from '../../installation/children-of.ts';
import { Desk, QUIET_MS } from '../inference/desk.ts';
import { shippedModel } from '../../installation/shipped-model.ts';
import { cpuSeconds, median, peakRssMiB } from '../meter.ts';

/** Objects per second of the service, with so many processes for its model. */
export interface ServiceRate {
  readonly perSecond: number;
  /** Processor time of the service itself, all threads, without its model's processes, ms per object. */
  readonly ownMs: number;
  /** The most memory that one of the model's processes ever held. */
  readonly modelMiB: number;
}

export interface InferenceFigure {
  readonly model: string;
  readonly batch: number;
  readonly objects: number;
  /** Images per second of onnxruntime alone, one thread: one loop, and two side by side. */
  readonly bare: number;
  readonly bareTwo: number;
  readonly one: ServiceRate;
  readonly two: ServiceRate;
  /** From `instance.scrubbed` to `instance.inferred`, objects coming singly at half of what one process does. */
  readonly latency: {
    readonly count: number;
    readonly perSecond: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    /** Of which the gate waits. */
    readonly quietMs: number;
  };
  readonly urgent: {
    readonly routineWaiting: number;
    /** Routine objects that were answered between the urgent one's job and its answer: those of the batch in hand, and of its own batch. */
    readonly routineBefore: number;
    readonly ms: number;
  };
}

interface InferencePlan {
  readonly folder: string;
  readonly rough: boolean;
  readonly say: (line: string) => void;
}

const BATCH = 8;
const BARE_LOOP = fileURLToPath(new URL('../inference/bare-loop.ts', import.meta.url));

/** Measures the service with the shipped ultrasound model beside onnxruntime alone, in turns. */
export async function measureInference(plan: InferencePlan): Promise<InferenceFigure> {
  const folder = join(plan.folder, 'inference');
  await mkdir(folder);
  const [{ folder: model = '' } = {}] = JSON.parse(
    shippedModel({ alone: true })['INFERENCE_MODELS'] ?? '[]',
  ) as {
    folder?: string;
  }[];
  const objects = BATCH * (plan.rough ? 5 : 20);
  const rounds: Record<'bare' | 'bareTwo', number[]> = { bare: [], bareTwo: [] };
  const services: Record<'one' | 'two', ServiceRate[]> = { one: [], two: [] };
  for (let round = 0; round < (plan.rough ? 1 : 2); round += 1) {
    rounds.bare.push(await bareLoops(model, 1));
    services.one.push(await serviceRate(folder, objects, 1));
    services.two.push(await serviceRate(folder, objects, 2));
    rounds.bareTwo.push(await bareLoops(model, 2));
    plan.say(
      `onnxruntime alone ${rounds.bare.at(-1)!.toFixed(2)} images/s (two loops ${rounds.bareTwo.at(-1)!.toFixed(2)}), the service ${services.one.at(-1)!.perSecond.toFixed(2)}, with two processes ${services.two.at(-1)!.perSecond.toFixed(2)}`,
    );
  }
  const one = middle(services.one);
  return {
    ...{ model: 'breast-us', batch: BATCH, objects, one, two: middle(services.two) },
    bare: median(rounds.bare),
    bareTwo: median(rounds.bareTwo),
    latency: await latencyAt(folder, { count: plan.rough ? 15 : 40, perSecond: one.perSecond / 2 }),
    urgent: await urgentBefore(folder, 1_000),
  };
}

/** Sum of the loops' rates. */
async function bareLoops(model: string, count: number): Promise<number> {
  const rates = await Promise.all(Array.from({ length: count }, () => bareLoop(join(model, 'model.onnx'))));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

async function bareLoop(file: string): Promise<number> {
  const child = spawn(process.execPath, [BARE_LOOP, file, String(BATCH), '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const rate = Number(said);
  if (!(rate > 0)) throw new Error('onnxruntime alone gave no figure');
  return rate;
}

/** From the end of each process's first three batches to the end of the last: the start of a service is not its pace, nor is that of the bare loop. */
async function serviceRate(folder: string, objects: number, processes: number): Promise<ServiceRate> {
  return withDesk(folder, { INFERENCE_PROCESSES: String(processes) }, async (desk) => {
    const lead = 3 * BATCH * processes;
    const put = await desk.put({ count: objects + lead, together: true });
    const early = await desk.answered([...put.keys()].slice(0, 1));
    const cpu = cpuSeconds(desk.service.pid);
    const answered = await desk.answered(put.keys());
    const ownMs = ((cpuSeconds(desk.service.pid) - cpu) * 1000) / (answered.length - early.length);
    const [from, to] = [answered[lead - 1]!.saidAt, answered.at(-1)!.saidAt];
    const modelMiB = Math.max(...childrenOf(desk.service.pid).map(peakRssMiB));
    return { perSecond: (objects * 1000) / (to - from), ownMs, modelMiB };
  });
}

async function latencyAt(
  folder: string,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<InferenceFigure['latency']> {
  return withDesk(folder, {}, async (desk) => {
    const began = performance.now();
    const said = new Map<string, number>();
    for (let at = 0; at < count; at += 1) {
      await sleep(Math.max(0, began + (at * 1000) / perSecond - performance.now()));
      for (const [objectId, when] of await desk.put({ count: 1 })) said.set(objectId, when);
    }
    const answered = await desk.answered(said.keys());
    const waits = answered.map(({ objectId, saidAt }) => saidAt - said.get(objectId)!).sort((a, b) => a - b);
    const quantile = (share: number) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))]!;
    return { count, perSecond, p50Ms: quantile(0.5), p95Ms: quantile(0.95), quietMs: QUIET_MS };
  });
}

async function urgentBefore(folder: string, routineWaiting: number): Promise<InferenceFigure['urgent']> {
  return withDesk(folder, {}, async (desk) => {
    const routine = await desk.put({ count: routineWaiting, together: true });
    await desk.queued(routine.size);
    const put = await desk.put({ count: 1, urgent: true });
    const answered = await desk.answered(put.keys());
    const urgent = answered.find(({ objectId }) => put.has(objectId))!;
    const before = answered.filter(
      ({ objectId, saidAt }) => !put.has(objectId) && saidAt >= urgent.queuedAt && saidAt <= urgent.saidAt,
    );
    return { routineWaiting, routineBefore: before.length, ms: urgent.saidAt - urgent.queuedAt };
  });
}

async function withDesk<T>(
  folder: string,
  settings: Readonly<Record<string, string>>,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const desk = await Desk.open(folder, { INFERENCE_BATCH: String(BATCH), ...settings });
  try {
    const figure = await work(desk);
    if (desk.verdicts().join() !== 'answered') throw new Error(`the service said ${desk.verdicts().join()}`);
    return figure;
  } finally {
    await desk.close();
    await emptyFiles(folder);
  }
}

function middle(rates: readonly ServiceRate[]): ServiceRate {
  return {
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    ownMs: median(rates.map(({ ownMs }) => ownMs)),
    modelMiB: Math.max(...rates.map(({ modelMiB }) => modelMiB)),
  };
}
