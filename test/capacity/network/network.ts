import { chartRules } from '../chart-rules.ts';
import { type Cost, costOf, lookSeconds, processSeconds } from '../costs.ts';
import { CORRIDOR, itemsOf } from '../corridor.ts';
import { type Measured, STAGES, type StageName } from '../measured.ts';
import type { Scenario, StageCourse, StageModel } from '../model/stage-model.ts';
import { simulate } from '../model/simulate.ts';
import { arrivalsOf, DAY_SECONDS, instancesPerDay, sumOf } from './day.ts';
import type { Inputs, InstallationInputs, Modality } from './inputs.ts';

const STEP_SECONDS = 1;

/** What the mean instance of a network costs a stage. */
export interface MeanCost extends Cost {
  /** Seconds of the thread that reads text. */
  readonly look: number;
}

/** A day of the network; with `outage`, one that breaks for a while. */
export function simulateDay(
  inputs: Inputs,
  measured: Measured,
  plan: { installation: InstallationInputs; outage: boolean },
): StageCourse[] {
  const arrivals = arrivalsOf(inputs);
  const scenario: Scenario = {
    seconds: DAY_SECONDS,
    stepSeconds: STEP_SECONDS,
    arrivals: (second) => arrivals(second) * STEP_SECONDS,
    stages: STAGES.map((name) => stageOf(inputs, measured, { ...plan, name })),
    cores: Infinity,
  };
  return simulate(scenario);
}

/** The mean over all modalities, each by how much of it comes. */
export function meanCost(
  { modalities }: Pick<Inputs, 'modalities'>,
  measured: Measured,
  stage: StageName,
): MeanCost {
  const all = sumOf(modalities, instancesPerDay);
  const mean = (value: (modality: Modality) => number): number =>
    sumOf(modalities, (modality) => instancesPerDay(modality) * value(modality)) / all;
  const cost = ({ megabytesPerImage }: Modality): Cost => costOf(measured, stage, megabytesPerImage * 1e6);
  const looked = ({ look }: Modality): number =>
    look && stage === 'scrubbing' ? lookSeconds(measured, look.like, look.megapixels) : 0;
  return {
    own: mean((one) => cost(one).own),
    servers: mean((one) => cost(one).servers),
    sender: mean((one) => cost(one).sender),
    secondsEach: mean((one) => cost(one).secondsEach),
    look: mean(looked),
  };
}

interface StagePlan {
  readonly name: StageName;
  readonly installation: InstallationInputs;
  readonly outage: boolean;
}

function stageOf(inputs: Inputs, measured: Measured, { name, installation, outage }: StagePlan): StageModel {
  const { own, look, secondsEach } = meanCost(inputs, measured, name);
  const { rule, partitions: chartPartitions } = chartRules(name);
  const items = itemsOf(name);
  const hour = inputs.outage.hour * 3_600;
  const each = processSeconds(secondsEach, look, installation.ocrThreads);
  const group = { partitions: installation.partitions ?? chartPartitions };
  return {
    name,
    says: CORRIDOR[name],
    rate: (processes) => (processes * items) / each,
    cpuSeconds: (own + look) / items,
    replicas: { ...rule, ...given(installation[name]) },
    startSeconds: inputs.podStartSeconds,
    ...(name === 'intake' ? {} : group),
    ...(name !== 'intake' && outage && { outages: [{ from: hour, to: hour + inputs.outage.minutes * 60 }] }),
  };
}

/** What is said, without what is not. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
