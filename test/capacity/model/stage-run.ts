import { Autoscaler } from './autoscale.ts';
import { type Counts, Queue } from './queue.ts';
import type { StageCourse, StageModel } from './stage-model.ts';

type Lists = { -readonly [K in keyof Omit<StageCourse, 'name' | 'doneOf'>]: number[] };

/** One stage while it is simulated. */
export class StageRun {
  readonly model: StageModel;
  /** What it said in the step before, by topic. */
  said: Counts = new Map();
  readonly #queue = new Queue();
  readonly #scaler: Autoscaler | undefined;
  readonly #lists: Lists = { waiting: [], ageSeconds: [], asked: [], working: [], done: [], cores: [] };
  readonly #doneOf: Record<string, number[]>;
  /** When each process began to work, the oldest first. */
  #readyAt: number[] = [];
  #wanted = 0;

  constructor(model: StageModel) {
    this.model = model;
    this.#doneOf = Object.fromEntries(Object.keys(model.says).map((topic) => [topic, []]));
    this.#scaler = typeof model.replicas === 'number' ? undefined : new Autoscaler(model.replicas);
  }

  /** Takes what comes on its topics and says how many cores it could use. */
  begin(second: number, stepSeconds: number, coming: Counts): number {
    const { says, rate, partitions, cpuSeconds } = this.model;
    this.#queue.come(second, new Map([...coming].filter(([topic]) => topic in says)));
    const working = this.#workingAt(second);
    this.#lists.working.push(working);
    this.#wanted = Math.min(this.#queue.total, rate(busyOf(working, partitions)) * stepSeconds);
    return (this.#wanted * cpuSeconds) / stepSeconds;
  }

  /** Does as much as the cores allow that it got. */
  end(second: number, stepSeconds: number, cores: number): void {
    const { cpuSeconds, says } = this.model;
    const done = cpuSeconds > 0 ? Math.min(this.#wanted, (cores * stepSeconds) / cpuSeconds) : this.#wanted;
    const left = this.#queue.leave(done);
    this.said = new Map([...left].flatMap(([topic, count]) => (says[topic] ? [[says[topic], count]] : [])));
    for (const [topic, list] of Object.entries(this.#doneOf)) list.push(left.get(topic) ?? 0);
    this.#lists.done.push(done);
    this.#lists.waiting.push(this.#queue.total);
    this.#lists.cores.push(cores);
    this.#lists.ageSeconds.push(this.#queue.age(second + stepSeconds));
  }

  get processes(): number {
    return this.#lists.working.at(-1) ?? 0;
  }

  get course(): StageCourse {
    return { name: this.model.name, ...this.#lists, doneOf: this.#doneOf };
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
    const lags = [...topicsOf(this.#queue.waiting).values()].map((records) => ({
      records,
      partitions: Math.min(partitions, Math.ceil(records)),
    }));
    return this.#scaler.at(second, { lags, cores: this.#lists.cores.at(-1) ?? 0 });
  }
}

/** A partition has one process at a time. That some have more of them than others is not seen here. */
export function busyOf(working: number, partitions = Infinity): number {
  return Math.min(working, partitions);
}

/** What a record is about is said behind the topic's name: KEDA counts topics. */
function topicsOf(waiting: Counts): Counts {
  const topics = new Map<string, number>();
  for (const [kind, count] of waiting) {
    const topic = kind.split(' ')[0]!;
    topics.set(topic, (topics.get(topic) ?? 0) + count);
  }
  return topics;
}
