import type { Load } from '../loads.ts';
import type { IntakeFigure } from '../measures/intake.ts';
import type { Results } from './results.ts';

/** One aim of this project: a ratio, and on which side of the bound it should lie. */
export interface Aim {
  readonly measure: string;
  readonly unit: string;
  readonly ours: number;
  readonly other: number;
  /** What `other` is. */
  readonly against: string;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  /** The profile that says what limits it. */
  readonly profile?: string;
}

/** The aims that a run has figures for. */
export function aimsOf(results: Results): Aim[] {
  const { intake, headerRewrite, headerScrub, deidentify, wholePath } = results;
  const aims = [
    rate(intake, 'embedded', 'CT1', 2),
    rate(intake, 'embedded', 'CT4', 1.5),
    rate(intake, 'embedded', 'MG', 2),
    rate(intake, 'real', 'CT1', 0.7),
    rate(intake, 'real', 'CT4', 1),
    memory(intake),
    headerRewrite && {
      measure: 'header rewrite, CPU per CT instance',
      unit: 'ms',
      ours: headerRewrite.ours,
      other: headerRewrite.dcmjs,
      against: 'dcmjs parse, modify, write',
      bound: { atMost: 0.1 },
    },
    headerScrub && {
      measure: 'header scrub by the basic profile, CPU per CT instance',
      unit: 'ms',
      ours: headerScrub.header,
      other: headerScrub.dcmjs,
      against: 'dcmjs parse, modify, write',
      bound: { atMost: 0.1 },
    },
    deidentify?.pydicom && {
      measure: `header scrub of a folder of ${deidentify.instances} CT instances, whole process`,
      unit: 'inst/s',
      ours: deidentify.headers.perSecond,
      other: deidentify.pydicom.perSecond,
      against: `pydicom ${deidentify.pydicom.version}`,
      bound: { atLeast: 4 },
    },
    wholePath && {
      measure: 'whole path embedded, CT one association',
      unit: 'inst/s',
      ours: wholePath.instancesPerSecond,
      other: wholePath.intakeInstancesPerSecond,
      against: 'intake alone',
      bound: { atLeast: 0.35 },
      profile: WHOLE_PATH_PROFILE,
    },
    ...inferenceAims(results),
  ];
  return aims.filter((aim) => aim !== undefined);
}

function inferenceAims({ inference }: Results): Aim[] {
  if (!inference) return [];
  const { bare, one, two, urgent, batch, model } = inference;
  return [
    {
      measure: `inference, ${model}, from clean objects to sealed results`,
      unit: 'images/s',
      ours: one.perSecond,
      other: bare,
      against: 'onnxruntime alone, one thread',
      bound: { atLeast: 0.9 },
    },
    {
      measure: `inference, ${model}, two processes for the model`,
      unit: 'images/s',
      ours: two.perSecond,
      other: one.perSecond,
      against: 'one process',
      bound: { atLeast: 1.6 },
    },
    {
      measure: `inference, ${urgent.routineWaiting} routine objects waiting: answered before an urgent one`,
      unit: 'objects',
      ours: urgent.routineBefore,
      other: 2 * batch,
      against: 'the batch in hand, and its own',
      bound: { atMost: 1 },
    },
  ];
}

export const WHOLE_PATH_PROFILE = 'whole path, standalone';

/** What the profile of a load pushed to a receiver is called. */
export function profileName(receiver: string, load: Load['name']): string {
  return `${receiver}, ${load}`;
}

export function ratioOf({ ours, other }: Aim): number {
  return ours / other;
}

export function isMet(aim: Aim): boolean {
  return 'atLeast' in aim.bound ? ratioOf(aim) >= aim.bound.atLeast : ratioOf(aim) <= aim.bound.atMost;
}

/** The figure of one receiver in one group, when it was measured. */
export function figureOf(
  intake: readonly IntakeFigure[],
  wanted: Pick<IntakeFigure, 'group' | 'receiver' | 'load'>,
): IntakeFigure | undefined {
  return intake.find(
    (figure) =>
      figure.group === wanted.group && figure.receiver === wanted.receiver && figure.load === wanted.load,
  );
}

const WORDS: Record<Load['name'], string> = {
  CT1: 'CT one association',
  CT4: 'CT four associations',
  MG: 'MG',
};

function rate(
  intake: readonly IntakeFigure[],
  doors: 'embedded' | 'real',
  load: Load['name'],
  atLeast: number,
): Aim | undefined {
  const ours = figureOf(intake, { group: doors, receiver: `Sluice ${doors}`, load });
  const other = figureOf(intake, { group: doors, receiver: 'Orthanc', load });
  if (!ours || !other) return undefined;
  return {
    measure: `intake, ${doors} doors, ${WORDS[load]}`,
    unit: 'inst/s',
    ours: ours.instancesPerSecond,
    other: other.instancesPerSecond,
    against: 'Orthanc',
    bound: { atLeast },
    profile: profileName(`Sluice ${doors}`, load),
  };
}

function memory(intake: readonly IntakeFigure[]): Aim | undefined {
  const [mg, ct] = (['MG', 'CT1'] as const).map((load) =>
    figureOf(intake, { group: 'embedded', receiver: 'Sluice embedded', load }),
  );
  if (!mg || !ct) return undefined;
  return {
    measure: 'intake, embedded doors, peak RSS with MG',
    unit: 'MiB',
    ours: mg.peakRssMiB,
    other: ct.peakRssMiB,
    against: 'the same with CT, one association',
    bound: { atMost: 1.6 },
  };
}
