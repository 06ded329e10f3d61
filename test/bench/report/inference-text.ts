import type { InferenceFigure } from '../measures/inference.ts';
import { figure, table } from './table.ts';

/** The section on inference, with what limits it. */
export function inferenceText(inference: InferenceFigure, cores: number): string {
  const { bare, bareTwo, one, two, latency, urgent, model, batch, objects } = inference;
  const rows = [
    ['onnxruntime alone, one thread', figure(bare), '-', '-'],
    ['two of these side by side', figure(bareTwo), '-', '-'],
    [
      'the service, one process for the model',
      figure(one.perSecond),
      figure(one.ownMs),
      figure(one.modelMiB),
    ],
    ['the service, two processes', figure(two.perSecond), figure(two.ownMs), figure(two.modelMiB)],
  ];
  const modelMs = 1000 / bare;
  // Two processes and what is around them share the cores; the figure with two at work counts, for waiting costs less there.
  const most = Math.min(2 * bare, (cores * 1000) / (modelMs + two.ownMs));
  return [
    `## Inference, ${model}, batches of ${batch}, ${objects} objects`,
    table(['', 'images/s', "the service's own CPU, ms each", "peak of a model's process, MiB"], rows),
    `A picture takes ${figure(modelMs)} ms of one core in the model, and ${figure(two.ownMs)} ms around it (opening, reading, outlines, five results, sealing, rows) while two processes work. ${cores} cores cannot do more than ${figure(most)} images/s, ${(most / one.perSecond).toFixed(2)} times what the service does with one process; two loops with nothing around them do ${(bareTwo / bare).toFixed(2)} times one.`,
    `From scrubbed to inferred, ${latency.count} objects that come singly, ${figure(latency.perSecond)} a second: p50 ${figure(latency.p50Ms)} ms, p95 ${figure(latency.p95Ms)} ms, of which the gate waits ${latency.quietMs} for the series to be quiet.`,
    `An urgent object while ${urgent.routineWaiting} routine ones wait: ${urgent.routineBefore} routine ones were answered between its job and its answer (the batch in hand has ${batch}, its own ${batch - 1} others), ${figure(urgent.ms)} ms.`,
  ].join('\n\n');
}
