import { CORRIDOR, itemsOf } from '../corridor.ts';
import { costOf } from '../costs.ts';
import {
  lastPush,
  type Measured,
  type Moment,
  type PushFigure,
  STAGES,
  type StageName,
} from '../measured.ts';
import type { StageCourse, StageModel } from '../model/stage-model.ts';
import { simulate } from '../model/simulate.ts';

const STEP_SECONDS = 0.1;

/** The last measured push, simulated from what instances of two other sizes cost each stage alone, on the cores that other work left. */
export function simulatePush(measured: Measured): Moment[] {
  return simulateOne(measured, lastPush(measured), intakeWeight(measured));
}

/**
 * For how many processes intake counts where all share the cores: it and the sender, which wait for each other. Fitted to when all of the
 * first push was received; the last one is not looked at.
 */
export function intakeWeight(measured: Measured): number {
  const push = measured.pushes[0]!;
  const receivedAt = (moments: readonly Moment[]): number =>
    moments.find(({ received }) => received >= push.instances - 0.5)?.atSeconds ?? Infinity;
  const wanted = receivedAt(push.moments);
  const off = (weight: number): number => Math.abs(receivedAt(simulateOne(measured, push, weight)) - wanted);
  const weights = Array.from({ length: 21 }, (_, at) => 1 + at / 20);
  return weights.reduce((best, weight) => (off(weight) < off(best) ? weight : best));
}

function simulateOne(measured: Measured, push: PushFigure, weight: number): Moment[] {
  const courses = simulate({
    seconds: 3 * push.moments.at(-1)!.atSeconds,
    stepSeconds: STEP_SECONDS,
    arrivals: (second) => (second === 0 ? push.instances : 0),
    stages: STAGES.map((name) => ({
      ...stageOf(measured, name, push.bytes),
      ...(name === 'intake' && { weight }),
    })),
    cores: measured.machine.cores - push.otherCores,
  });
  return momentsOf(courses);
}

function stageOf(measured: Pick<Measured, 'sizes'>, name: StageName, bytes: number): StageModel {
  const { own, servers, sender, secondsEach } = costOf(measured, name, bytes);
  const items = itemsOf(name);
  return {
    name,
    says: CORRIDOR[name],
    rate: (processes) => (processes * items) / secondsEach,
    cpuSeconds: (own + servers + sender) / items,
    replicas: 1,
  };
}

function momentsOf(courses: readonly StageCourse[]): Moment[] {
  const [intake, scrubbing, encryption, archival] = courses as [
    StageCourse,
    StageCourse,
    StageCourse,
    StageCourse,
  ];
  const [received, opened] = [summed(intake.done), summed(archival.doneOf['object.sealed clean']!)];
  return received.map((count, step) => ({
    atSeconds: (step + 1) * STEP_SECONDS,
    received: count,
    lag: {
      scrubbing: scrubbing.waiting[step]!,
      encryption: encryption.waiting[step]!,
      archival: archival.waiting[step]!,
    },
    // A clean object is never before its raw one.
    settled: opened[step]!,
  }));
}

function summed(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
