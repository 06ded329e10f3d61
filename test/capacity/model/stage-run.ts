import { Age } from './age.ts';
import { Autoscaler } from './autoscale.ts';
import type { StageCourse, StageModel } from './stage-model.ts';

type Lists = { -readonly [K in keyof Omit<StageCourse, 'name'>]: number[] };

/** One stage while it is simulated. */
export class StageRun {
  readonly model: StageModel;
  /** What the stages behind it read in the next step. */
  handedOn = 0;
  readonly #queues: Map<string, number>;
  readonly #age = new Age();
  readonly #scaler: Autoscaler | undefined;
  readonly #lists: Lists = { waiting: [], ageSeconds: [], asked: [], working: [], done: [], cores: [] };
  /** When each process began to work, the oldest first. */
  #readyAt: number[] = [];
  #wanted = 0;

  constructor(model: StageModel) {
    this.model = model;
    this.#queues = new Map(model.reads.map((from) => [from, 0]));
    this.#scaler = typeof model.replicas === 'number' ? undefined : new Autoscaler(model.replicas);
  }

  /** Takes what comes and says how many cores it could use. */
  begin(second: number, stepSeconds: number, comesFrom: (from: string) => number): number {
    for (const [from, waiting] of this.#queues) {
      const count = comesFrom(from);
      this.#queues.set(from, waiting + count);
      this.#age.come(second, count);
    }
    const working = this.#workingAt(second);
    this.#lists.working.push(working);
    this.#wanted = Math.min(
      this.#waiting,
      this.model.rate(busyOf(working, this.model.partitions)) * stepSeconds,
    );
    return (this.#wanted * this.model.cpuSeconds) / stepSeconds;
  }

  /** Does as much as the cores allow that it got. */
  end(second: number, stepSeconds: number, cores: number): void {
    const { cpuSeconds } = this.model;
    const done = cpuSeconds > 0 ? Math.min(this.#wanted, (cores * stepSeconds) / cpuSeconds) : this.#wanted;
    const left = 1 - done / Math.max(this.#waiting, Number.MIN_VALUE);
    for (const [from, waiting] of this.#queues) this.#queues.set(from, waiting * Math.max(0, left));
    this.handedOn = done;
    this.#lists.done.push(done);
    this.#lists.waiting.push(this.#waiting);
    this.#lists.cores.push(cores);
    this.#lists.ageSeconds.push(this.#age.leave(second + stepSeconds, done));
  }

  get processes(): number {
    return this.#lists.working.at(-1) ?? 0;
  }

  get course(): StageCourse {
    return { name: this.model.name, ...this.#lists };
  }

  get #waiting(): number {
    return [...this.#queues.values()].reduce((sum, each) => sum + each, 0);
  }

  #workingAt(second: number): number {
    const { installedAt = 0, startSeconds = 0, outages = [], kills = [] } = this.model;
    const asked = second < installedAt ? 0 : this.#askedAt(second);
    this.#lists.asked.push(asked);
    while (this.#readyAt.length < asked) this.#readyAt.push(second + startSeconds);
    this.#readyAt.length = asked;
    if (outages.some(({ from, to }) => second >= from && second < to)) return 0;
    const away = kills.filter(({ at, seconds }) => second >= at && second < at + seconds).length;
    return Math.max(0, this.#readyAt.filter((at) => at <= second).length - away);
  }

  #askedAt(second: number): number {
    if (!this.#scaler) return this.model.replicas as number;
    const { partitions = 1 } = this.model;
    const lags = [...this.#queues.values()].map((records) => ({
      records,
      partitions: Math.min(partitions, Math.ceil(records)),
    }));
    return this.#scaler.at(second, { lags, cores: this.#lists.cores.at(-1) ?? 0 });
  }
}

/** Partitions are dealt out whole: with 12 of them eight processes are no faster than six, for some have two. */
export function busyOf(working: number, partitions: number | undefined): number {
  if (partitions === undefined || working === 0) return working;
  return partitions / Math.ceil(partitions / working);
}
