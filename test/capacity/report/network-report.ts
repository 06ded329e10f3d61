import type { Measured } from '../measured.ts';
import { backingOf } from '../network/backing-needs.ts';
import type { Inputs } from '../network/inputs.ts';
import { needsOf } from '../network/service-needs.ts';
import { backingText, loadText, servicesText } from './network-text.ts';
import { dayPlot } from './plots.ts';
import { verdictText } from './verdict-text.ts';

/** What a network needs: the text, and a picture of the broken day for each installation by file name. */
export function networkReport(
  inputs: Inputs,
  measured: Measured,
): { text: string; plots: Record<string, string> } {
  const needs = inputs.installations.map((installation) => needsOf(inputs, measured, installation));
  const last = inputs.installations.at(-1)!;
  const plots = needs.map((need, at) => [`capacity-day-${at + 1}.svg`, dayPlot(inputs, need)]);
  const sections = needs.flatMap((need, at) => [
    servicesText(need),
    verdictText(need),
    `![arrivals, replicas and lag through the broken day](capacity-day-${at + 1}.svg)`,
  ]);
  const text = [
    loadText(inputs),
    ...sections,
    '### Behind the services',
    `With \`${last.name}\`:`,
    backingText(backingOf(inputs, measured, last), inputs),
  ];
  return { text: text.join('\n\n'), plots: Object.fromEntries(plots) as Record<string, string> };
}
