import type { ScaleRule } from './autoscale.ts';

/** What senders bring. */
export const SENT = 'sent';

/** One stage of the corridor, as far as a queue knows it. Times in seconds. */
export interface StageModel {
  readonly name: string;
  /** What it says for each item of a topic that it reads; nothing for the last of a way. */
  readonly says: Readonly<Record<string, string | undefined>>;
  /** Items per second that so many processes do together with cores enough. */
  readonly rate: (processes: number) => number;
  /** Processor seconds of one item on the shared cores, whoever uses them for it. */
  readonly cpuSeconds: number;
  /** For how many processes each of it counts where cores are shared. Default 1. */
  readonly weight?: number;
  /** A fixed number of processes, or a rule. */
  readonly replicas: number | ScaleRule;
  /** From the decision to a process that works. */
  readonly startSeconds?: number;
  /** Partitions of each topic: more processes than these have nothing to do. */
  readonly partitions?: number;
  /** Nothing of it runs before. */
  readonly installedAt?: number;
  /** Nothing is done in between: the store, the database or the key service is down. */
  readonly outages?: readonly { readonly from: number; readonly to: number }[];
  /** One process is away from then on for so long: until its session ends and another took its partitions. */
  readonly kills?: readonly { readonly at: number; readonly seconds: number }[];
}

export interface Scenario {
  readonly seconds: number;
  readonly stepSeconds: number;
  /** Instances that come in the step that begins at a second. */
  readonly arrivals: (second: number) => number;
  readonly stages: readonly StageModel[];
  /** Cores that everything shares; Infinity where machines are added as needed. */
  readonly cores: number;
}

/** One stage through a run; each list has one value per step. */
export interface StageCourse {
  readonly name: string;
  /** Items that wait, all topics together. */
  readonly waiting: readonly number[];
  /** Age of the oldest of them, s. */
  readonly ageSeconds: readonly number[];
  /** Processes that are asked for, and that work. */
  readonly asked: readonly number[];
  readonly working: readonly number[];
  /** Items done, all together and by the topic that they were read from. */
  readonly done: readonly number[];
  readonly doneOf: Readonly<Record<string, readonly number[]>>;
  /** Cores in use. */
  readonly cores: readonly number[];
}
