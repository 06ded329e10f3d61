import { setTimeout as sleep } from 'node:timers/promises';
import { sendInstances } from '@sluice/dicom';
import { phantomStudy, type PhantomInstance } from '@sluice/samples';

const PAUSE_MS = 400;
const LONGEST_ANSWER_MS = 30_000;

/** What a push brought: who got success, and how often something else came instead, by what was said. */
export interface Push {
  readonly acknowledged: ReadonlySet<PhantomInstance>;
  readonly refusals: Readonly<Record<string, number>>;
}

export interface PushOptions {
  /** Side by side. Default 4. */
  readonly associations?: number;
  /** A modality gives up some day: no round begins after this long. Default 90 s. */
  readonly withinMs?: number;
  /** Called after each success with how many there are so far. */
  readonly onSuccess?: (count: number) => void;
}

/** Small CT studies of 50 instances, each of another patient, so that new subjects come up all the time. */
export function smallStudies(seed: number, instances: number): PhantomInstance[] {
  const studies = Math.ceil(instances / 50);
  const all = Array.from({ length: studies }, (_, study) => [
    ...phantomStudy({ seed: seed * 1000 + study, modality: 'CT', instances: 50, rows: 64, columns: 64 }),
  ]);
  return all.flat().slice(0, instances);
}

/** Sends over several associations; what got no success is offered again after a pause, as a modality's queue does. */
export async function pushLikeAModality(
  port: number,
  instances: readonly PhantomInstance[],
  options: PushOptions = {},
): Promise<Push> {
  const { associations = 4, withinMs = 90_000, onSuccess } = options;
  const until = Date.now() + withinMs;
  const acknowledged = new Set<PhantomInstance>();
  const refusals: Record<string, number> = {};
  const refuse = (what: string) => (refusals[what] = (refusals[what] ?? 0) + 1);
  const succeed = (instance: PhantomInstance) => {
    acknowledged.add(instance);
    onSuccess?.(acknowledged.size);
  };
  const pushShare = async (share: readonly PhantomInstance[]) => {
    for (let left = share; left.length > 0 && Date.now() < until;) {
      await sendOnce(port, left, { refuse, succeed });
      left = left.filter((instance) => !acknowledged.has(instance));
      if (left.length > 0) await sleep(PAUSE_MS);
    }
  };
  const size = Math.ceil(instances.length / associations);
  const shares = Array.from({ length: associations }, (_, at) => instances.slice(at * size, (at + 1) * size));
  await Promise.all(shares.map(pushShare));
  return { acknowledged, refusals };
}

interface Answers {
  succeed(instance: PhantomInstance): void;
  refuse(what: string): void;
}

async function sendOnce(
  port: number,
  instances: readonly PhantomInstance[],
  answers: Answers,
): Promise<void> {
  const peer = {
    host: '127.0.0.1',
    port,
    callingAE: 'LOCAL',
    calledAE: 'SLUICE',
    timeoutMs: LONGEST_ANSWER_MS,
  };
  const byInstance = new Map(instances.map((instance) => [toSend(instance), instance]));
  await sendInstances(peer, [...byInstance.keys()], (sent, result) => {
    if (result.outcome === 'stored') return answers.succeed(byInstance.get(sent)!);
    if ('status' in result) return answers.refuse(`${result.status.toString(16)} ${result.comment}`);
    return answers.refuse('reason' in result ? result.reason : result.code);
  }).catch((error: unknown) => answers.refuse((error as { code?: string }).code ?? String(error)));
}

function toSend({ dataSet, sopClassUID, sopInstanceUID, transferSyntaxUID }: PhantomInstance) {
  const bytes = async function* () {
    yield dataSet;
  };
  return { sopClassUID, sopInstanceUID, transferSyntaxUID, dataSet: bytes };
}
