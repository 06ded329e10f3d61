import type { ArchivalDoors } from '../doors.js';
import { type LeftoverDoors, LEFTOVERS } from './leftovers.js';

/** Few: copies of them are read, and the lease of the sweep is renewed before each page. */
const PAGE = 20;
const KIND = /^staging\/[^/]+\/([^/]+)\//;

/** Which staged objects are old enough to be looked at. Times in milliseconds. */
export interface OrphanPolicy {
  readonly olderThanMs: number;
  /** Archival has read what was said up to then (since 1970). */
  readonly readUpTo: number;
  /** Asked before each page; false ends it. */
  readonly mayGoOn?: () => Promise<boolean>;
  /** Told what stays because its archived copy, which a row describes, does not stand. */
  readonly onLost?: LeftoverDoors['onLost'];
}

/**
 * Deletes staged objects that no event ever named, and what crashed runs left behind their archived copies, which are read before. Only those older than
 * `olderThanMs`, and only when archival has read past that time, so that a slow corridor loses nothing. Returns how many were deleted.
 */
export async function deleteOrphans(doors: ArchivalDoors, policy: OrphanPolicy): Promise<number> {
  const mayGoOn = policy.mayGoOn ?? (async () => true);
  const before = Math.min(Date.now() - policy.olderThanMs, policy.readUpTo);
  let deleted = 0;
  for await (const { kind, names } of pages(doors, before)) {
    if (!(await mayGoOn())) return deleted;
    deleted += await deleteLeftovers({ ...doors, onLost: policy.onLost }, kind, names);
  }
  return deleted;
}

interface Page {
  readonly kind: string;
  readonly names: readonly string[];
}

/** Old staged objects, each page of one kind. */
async function* pages({ store }: ArchivalDoors, before: number): AsyncGenerator<Page> {
  const open = new Map<string, string[]>();
  for await (const { name, modifiedAt } of store.list('staging/')) {
    const kind = KIND.exec(name)?.[1] ?? '';
    if (!Object.hasOwn(LEFTOVERS, kind) || modifiedAt.getTime() >= before) continue;
    const names = [...(open.get(kind) ?? []), name];
    open.set(kind, names.length < PAGE ? names : []);
    if (names.length === PAGE) yield { kind, names };
  }
  for (const [kind, names] of open) if (names.length > 0) yield { kind, names };
}

async function deleteLeftovers(
  doors: LeftoverDoors,
  kind: string,
  names: readonly string[],
): Promise<number> {
  const leftovers = (await LEFTOVERS[kind]?.(doors, names)) ?? [];
  for (const name of leftovers) await doors.store.delete(name);
  return leftovers.length;
}
