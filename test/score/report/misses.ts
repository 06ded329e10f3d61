import { KNOWN_FAULTS, KNOWN_LOSSES } from '../expectation/known-losses.table.ts';
import type { ProfileScore } from '../score.ts';
import { type CheckKind, CLASS_OF, type MissClass } from '../scorer/check.types.ts';

/** One thing that went wrong under one profile, in so many objects. */
export interface Miss {
  readonly profile: string;
  readonly class: MissClass;
  readonly kind: CheckKind;
  /** Row of Table E.1-1, or where it is. */
  readonly row: string;
  readonly found: string;
  readonly objects: readonly string[];
  /** Why it is meant. */
  readonly known?: string;
}

/** Misses of one profile, each once, with the objects that have it. */
export function missesOf({ profile, checks }: ProfileScore): Miss[] {
  const misses = new Map<string, Miss & { objects: string[] }>();
  for (const { kind, at, row = at, found = '', object, passed } of checks) {
    if (passed) continue;
    const key = [kind, row, found].join('\t');
    const known = reasonOf(kind, row, found);
    const miss = misses.get(key) ?? {
      ...{ profile, class: CLASS_OF[kind], kind, row, found, objects: [] as string[] },
      ...(known !== undefined && { known }),
    };
    miss.objects.push(row === at ? object : `${object} ${at}`);
    misses.set(key, miss);
  }
  return [...misses.values()];
}

function reasonOf(kind: CheckKind, row: string, found: string): string | undefined {
  if (CLASS_OF[kind] === 'loss') return KNOWN_LOSSES[row];
  if (kind !== 'iod-valid') return undefined;
  return Object.entries(KNOWN_FAULTS).find(([error]) => found.includes(error))?.[1];
}

/** Objects that the pipeline held though it should release them. */
export function wronglyHeld({ held }: ProfileScore): string[] {
  return held
    .filter(({ expected }) => expected === 'released')
    .map(({ object, reason }) => `${object}: ${reason}`);
}
