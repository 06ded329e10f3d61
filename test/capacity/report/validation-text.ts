import { table } from '../../bench/report/table.ts';
import type { Results } from '../../scaling/scaling.ts';
import { lastPush, type Measured } from '../measured.ts';
import { type Fit, kedaFits, mixedFit, pushFits } from '../validate/fit.ts';
import { simulateKedaRun } from '../validate/keda-run.ts';
import { intakeWeight, simulatePush } from '../validate/push-run.ts';
import { figure, percent } from './numbers.ts';

/** What was measured beside what is simulated, for each run. */
export function validationText(runs: readonly Results[], measured: Measured): string {
  const { mixed } = measured;
  return [
    ...runs.flatMap((run) => kedaText(run, measured)),
    ...pushText(measured),
    `**${mixed.screens.instances} ultrasound screens that are read for text, among ${mixed.slices.instances} slices**, through one scrubbing process alone (as many as the network below has). Given: the costs of slices and of screens, each measured without the other; the thread that reads works beside the corridor, and the slower of both counts.`,
    fitTable([mixedFit(measured)]),
  ].join('\n\n');
}

function kedaText(keda: Results, measured: Measured): string[] {
  const workers = keda.fixed
    .map(({ workers: count, perSecond }) => `${count}: ${figure(perSecond)}/s`)
    .join(', ');
  return [
    `**A backlog of ${figure(keda.options.instances)}, scrubbing scaled by KEDA** (${dayOf(keda)}, load average ${figure(keda.machine.loadBefore)} before, [result](../test/scaling/results/${dayOf(keda)}-${keda.machine.commit}.md)). Given: when the push began and ended, that a worker was killed after ${figure(keda.killedAfter ?? 0)} s and everyone waited for it from when another joined until its session had ended, the chart's rules with that run's clock, rates of fixed numbers of workers on other backlogs of ${figure(keda.options.share)} in the same session (${workers}), the start of a process (${figure(measured.startSeconds)} s, measured elsewhere).`,
    fitTable(kedaFits(keda, simulateKedaRun(keda, measured.startSeconds))),
  ];
}

function pushText(measured: Measured): string[] {
  const { machine, sizes, pushes } = measured;
  const [first, push] = [pushes[0]!, lastPush(measured)];
  const given = sizes.map(({ bytes }) => `${figure(bytes / 1e6)} MB`).join(' and ');
  return [
    `**A push of ${push.instances} instances of ${figure(push.bytes / 1e6)} MB through all four services at once** (${dayOf(measured)}, commit ${machine.commit}): four associations, real Kafka, S3, key server, PostgreSQL and the sender on the same ${machine.cores} cores. Given: what instances of ${given} cost each service alone, all others stopped; that other work on the machine took ${figure(push.otherCores)} cores meanwhile; and for how many processes intake and its sender together count where all share the cores: ${figure(intakeWeight(measured))}, fitted to when all of another push had been received (${first.instances} instances of ${figure(first.bytes / 1e6)} MB).`,
    fitTable(pushFits(push.moments, simulatePush(measured))),
  ];
}

/** Processor time and rate of each stage alone, and of looking for text. */
export function costText({ sizes, looks, pushes }: Measured): string {
  const rows = sizes.flatMap(({ what, bytes, stages }) =>
    Object.entries(stages).map(([stage, { instancesPerSecond, cpu }]) => [
      `${stage}, ${what}, ${figure(bytes / 1e6)} MB`,
      ...[instancesPerSecond, 1000 * cpu.own, 1000 * cpu.servers].map(figure),
    ]),
  );
  const looked = looks.map(({ what, megapixels, cpu }) => [
    `scrubbing looks for text: ${what}, ${figure(megapixels)} megapixels`,
    '',
    ...[1000 * cpu.own, 1000 * cpu.servers].map(figure),
  ]);
  const memory = Object.entries(pushes.at(-1)!.peakMiB).map(([name, mib]) => `${name} ${figure(mib)}`);
  return [
    table(
      ['one process, alone', 'instances/s', 'its own CPU, ms each', "the servers' CPU, ms each"],
      [...rows, ...looked],
    ),
    `The most memory that a process held in the last push, MiB: ${memory.join(', ')}.`,
  ].join('\n\n');
}

function fitTable(fits: readonly Fit[]): string {
  const rows = fits.map(({ what, unit, measured, simulated, deviation }) => [
    what,
    `${figure(measured)} ${unit}`.trim(),
    `${figure(simulated)} ${unit}`.trim(),
    percent(deviation),
  ]);
  return table(['what', 'measured', 'simulated', 'off by'], rows);
}

const dayOf = ({ machine }: { readonly machine: { readonly date: string } }): string =>
  machine.date.slice(0, 10);
