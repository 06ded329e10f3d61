import type { Machine } from '../../bench/machine.ts';
import type { Held, ProfileScore } from '../score.ts';
import { CHECK_KINDS, type CheckKind } from '../scorer/check.types.ts';
import type { Aim } from './aims.ts';
import type { Recall } from './recall.ts';
import { type Miss, missesOf } from './misses.ts';

/** One profile, summed up. */
export interface ProfileResult {
  readonly profile: string;
  readonly objects: number;
  readonly released: number;
  readonly held: readonly Held[];
  readonly wellFormed?: ProfileScore['wellFormed'];
  readonly checks: Readonly<Partial<Record<CheckKind, { readonly passed: number; readonly missed: number }>>>;
  readonly misses: readonly Miss[];
  readonly seconds: number;
  readonly objectsPerSecond: number;
}

/** Everything that one run found; the JSON file is this. */
export interface Results {
  readonly machine: Machine;
  readonly seconds: number;
  /** By what rows were judged. */
  readonly judgedBy: string;
  readonly corpus: Readonly<Record<string, number>>;
  readonly profiles: readonly ProfileResult[];
  /** Words in pixels, where there were any. */
  readonly recall: readonly Recall[];
  readonly aims: readonly Aim[];
  /** Who else read the outputs. */
  readonly readers: readonly string[];
  /** What could not be looked at, and why. */
  readonly missing: readonly string[];
}

/** Sums up one profile. */
export function resultOf(score: ProfileScore): ProfileResult {
  const { profile, objects, released, held, checks, seconds, wellFormed } = score;
  const counts = CHECK_KINDS.flatMap((kind) => {
    const made = checks.filter((check) => check.kind === kind);
    const missed = made.filter(({ passed }) => !passed).length;
    return made.length > 0 ? [[kind, { passed: made.length - missed, missed }] as const] : [];
  });
  return {
    ...{ profile, objects, released, held, seconds, objectsPerSecond: objects / seconds },
    ...(wellFormed && { wellFormed }),
    checks: Object.fromEntries(counts),
    misses: missesOf(score),
  };
}

/** Misses that nothing explains: what fails a run. Words in pixels have aims instead. */
export function newMisses(profiles: readonly ProfileResult[]): Miss[] {
  const all = profiles.flatMap(({ misses }) => misses);
  return all.filter(({ known, kind }) => known === undefined && !kind.startsWith('pixels-'));
}

/** Words that stay though they should go, and what went though it should stay. */
export function pixelMisses(profiles: readonly ProfileResult[]): Miss[] {
  return profiles.flatMap(({ misses }) => misses.filter(({ kind }) => kind.startsWith('pixels-')));
}
