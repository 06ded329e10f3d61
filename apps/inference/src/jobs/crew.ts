import { isSluiceError, toSluiceError, type SluiceError } from '@sluice/contracts';
import type { Log } from '@sluice/service';
import type { Job, Jobs } from './jobs.js';
import type { StoredAnswer } from './stored-answers.js';

/** Puts one object before every model; `alone` when it was in hand at a death. Failures that are the object's own are answers, not errors. */
export type JobWork = (job: Job, options: { alone: boolean }) => Promise<readonly StoredAnswer[]>;

export interface CrewOptions {
  readonly jobs: Jobs;
  readonly work: JobWork;
  /** What a job that is set aside, or fails for good, is answered with. */
  readonly failed: (job: Job, code: SluiceError['code']) => readonly StoredAnswer[];
  /** Jobs in hand at once; as many again are kept free for urgent ones. */
  readonly slots: number;
  /** How often the rows are looked at when nobody calls. */
  readonly pollMs: number;
  /** How often the leases of jobs in hand are made longer; well below their length. */
  readonly beatMs: number;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** After each job that ended or was put back. */
  readonly onDone?: () => void;
  readonly onFatal?: (error: unknown) => void;
}

/** Works on jobs until it is stopped. */
export interface Crew {
  /** There may be new jobs. */
  wake(): void;
  /** Takes no more jobs, and waits for those in hand. */
  stop(): Promise<void>;
}

/** Law 9: a third death sets the object aside. */
const MOST_DEATHS = 3;
const DEATHS: ReadonlySet<string> = new Set(['INFERENCE_RUNNER_DIED', 'INFERENCE_RUNNER_TOO_LARGE']);
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 500;

/** Starts working. */
export function startCrew(options: CrewOptions): Crew {
  const working = new WorkingCrew(options);
  working.wake();
  return working;
}

interface InHand {
  readonly job: Job;
  readonly done: Promise<void>;
}

class WorkingCrew implements Crew {
  readonly #hand = new Map<string, InHand>();
  /** Suspects that wait for their turn: theirs is the lease as of those in hand. */
  #turn: Job[] = [];
  readonly #looks: NodeJS.Timeout;
  readonly #beats: NodeJS.Timeout;
  #stopped = false;
  #looking: Promise<void> | undefined;

  constructor(private readonly options: CrewOptions) {
    this.#looks = setInterval(() => this.wake(), options.pollMs);
    this.#beats = setInterval(() => this.#beat(), options.beatMs);
  }

  wake(): void {
    if (this.#stopped) return;
    this.#looking ??= this.#look()
      .catch((error: unknown) => report(this.options, error))
      .finally(() => (this.#looking = undefined));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#looks);
    await this.#looking;
    await this.#handsFree();
    clearInterval(this.#beats);
  }

  /** Suspects one by one, with nothing else in hand, so that only the suspect can be to blame; between two, what else there is. */
  async #look(): Promise<void> {
    await this.#claim();
    while (this.#turn.length > 0) {
      await this.#handsFree();
      if (this.#stopped) return this.#leaveTurn();
      const suspect = this.#turn.shift();
      if (suspect && (await this.#isOurs(suspect))) await this.#take(suspect);
      if (!this.#stopped) await this.#claim();
    }
  }

  /** Not by now, where the hand that came first has finished it, or another owner took it over. */
  async #isOurs({ objectId }: Job): Promise<boolean> {
    return (await this.options.jobs.renew([objectId])).has(objectId);
  }

  async #claim(): Promise<void> {
    const { jobs, slots } = this.options;
    const held = [...[...this.#hand.values()].map(({ job }) => job), ...this.#turn];
    const urgent = held.filter((job) => job.urgent).length;
    const claimed = [
      ...(await jobs.claim(slots - urgent, { urgentOnly: true })),
      ...(await jobs.claim(slots - (held.length - urgent))),
    ];
    for (const job of claimed.filter(({ objectId }) => !this.#turn.some((one) => one.objectId === objectId)))
      // One still in hand was just put back, or its lease ran out while the database was away: the hand comes first.
      if (isSuspect(job) || this.#hand.has(job.objectId)) this.#turn.push(job);
      else void this.#take(job);
  }

  /** Nobody died: whoever comes next has them at once. */
  async #leaveTurn(): Promise<void> {
    for (const { objectId } of this.#turn.splice(0))
      await this.options.jobs.putBack(objectId, { afterMs: 0 });
  }

  #take(job: Job): Promise<void> {
    const done = workOn(this.options, job).finally(() => {
      this.#hand.delete(job.objectId);
      this.options.onDone?.();
      this.wake();
    });
    this.#hand.set(job.objectId, { job, done });
    return done;
  }

  async #handsFree(): Promise<void> {
    await Promise.all([...this.#hand.values()].map(({ done }) => done));
  }

  /** What another owner took over meanwhile is not begun; in hand it is finished in vain, but not stored twice. */
  #beat(): void {
    this.#renew().catch((error: unknown) => report(this.options, error));
  }

  async #renew(): Promise<void> {
    const asked = new Set([...this.#hand.keys(), ...this.#turn.map((job) => job.objectId)]);
    const kept = await this.options.jobs.renew([...asked]);
    this.#turn = this.#turn.filter(({ objectId }) => kept.has(objectId) || !asked.has(objectId));
  }
}

const isSuspect = (job: Job): boolean => job.deaths > 0;

async function workOn(options: CrewOptions, job: Job): Promise<void> {
  const { jobs, work, failed } = options;
  try {
    const answers =
      job.deaths >= MOST_DEATHS
        ? failed(job, 'INFERENCE_JOB_KILLS')
        : await work(job, { alone: isSuspect(job) });
    await jobs.finish(job.objectId, answers);
  } catch (thrown) {
    await putDown(options, job, thrown).catch((error: unknown) => report(options, error));
  }
}

/** A dependency that is ill is waited for; what will never pass is an answer. */
async function putDown(options: CrewOptions, job: Job, thrown: unknown): Promise<void> {
  const error = toSluiceError(thrown);
  const { scrubbed } = job;
  options.log.warn('an object waits for its answer', {
    code: error.code,
    attempts: job.tries + 1,
    instanceKey: scrubbed.instanceKey,
  });
  if (error.kind === 'permanent' || (error.kind === 'unexpected' && job.tries >= MOST_DEATHS - 1))
    return void (await options.jobs.finish(job.objectId, options.failed(job, error.code)));
  if (error.kind === 'fatal') options.onFatal?.(error);
  const afterMs = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** Math.min(job.tries, 10));
  const died = DEATHS.has(error.code);
  await options.jobs.putBack(job.objectId, { afterMs: died ? 0 : afterMs, died });
}

function report({ log, onFatal }: CrewOptions, error: unknown): void {
  if (isSluiceError(error) && error.kind === 'fatal') onFatal?.(error);
  else log.error('jobs could not be looked at', error);
}
