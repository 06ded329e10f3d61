import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../bench/machine.ts';

/** Where measured runs stand. */
export const RESULTS = join(import.meta.dirname, 'results');

export const STAGES = ['intake', 'scrubbing', 'encryption', 'archival'] as const;
export type StageName = (typeof STAGES)[number];

/** One process of one stage that works alone, all others stopped, on a backlog that stands. */
export interface AloneFigure {
  readonly instancesPerSecond: number;
  /** Processor seconds of one instance: of the process itself, of Kafka, S3, key server and PostgreSQL together, and of the sender. */
  readonly cpu: { readonly own: number; readonly servers: number; readonly sender: number };
}

/** Instances of one size through the stages, one stage after the other. */
export interface SizeFigure {
  readonly what: string;
  readonly instances: number;
  readonly bytes: number;
  readonly stages: Readonly<Record<StageName, AloneFigure>>;
}

/** Scrubbing of pictures in which text is looked for. */
export interface LookFigure {
  readonly what: string;
  readonly instances: number;
  readonly bytes: number;
  readonly megapixels: number;
  /** Nearly all of it is the one thread that reads. */
  readonly cpu: AloneFigure['cpu'];
}

/** Pictures that are read among many that are not, through scrubbing alone. */
export interface MixedFigure {
  readonly slices: { readonly instances: number; readonly bytes: number };
  readonly screens: { readonly instances: number; readonly bytes: number };
  readonly seconds: number;
}

/** One moment of a push through all stages at once. */
export interface Moment {
  readonly atSeconds: number;
  /** Instances with success. */
  readonly received: number;
  /** Records that wait, by group. */
  readonly lag: Readonly<Record<Exclude<StageName, 'intake'>, number>>;
  /** Instances archived raw and clean. */
  readonly settled: number;
}

/** All stages at once, one process each. */
export interface PushFigure {
  readonly what: string;
  readonly instances: number;
  readonly bytes: number;
  readonly moments: readonly Moment[];
  /** Cores that other work on the machine took meanwhile, on average. */
  readonly otherCores: number;
  /** Calls per instance through a door, by room, door and action. */
  readonly calls: Readonly<Record<string, number>>;
  /** Rows written and transactions per instance in PostgreSQL. */
  readonly rows: number;
  readonly transactions: number;
  /** Records and bytes per instance on the corridor, all topics together, uncompressed. */
  readonly kafka: { readonly records: number; readonly bytes: number };
  /** The most memory that each process held, MiB. */
  readonly peakMiB: Readonly<Record<StageName, number>>;
}

/** What `npm run capacity -- --measure` writes. */
export interface Measured {
  readonly machine: Machine;
  readonly seconds: number;
  /** From the start of a scrubbing process until it is ready. */
  readonly startSeconds: number;
  readonly sizes: readonly SizeFigure[];
  readonly looks: readonly LookFigure[];
  readonly mixed: MixedFigure;
  /** The first tells how intake and the others share the cores; the last is what is simulated. */
  readonly pushes: readonly PushFigure[];
}

/** The push that is simulated: nothing that is given to the simulation comes from it. */
export function lastPush({ pushes }: Pick<Measured, 'pushes'>): PushFigure {
  return pushes.at(-1)!;
}

/** The newest measured run. @throws Error when there is none */
export function newestMeasured(): Measured {
  const newest = readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1);
  if (!newest) throw new Error('nothing measured yet: npm run capacity -- --measure');
  return JSON.parse(readFileSync(join(RESULTS, newest), 'utf8')) as Measured;
}
