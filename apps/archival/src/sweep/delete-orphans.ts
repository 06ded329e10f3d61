import type { ArchivalDoors } from '../doors.js';

const PAGE = 200;
const RAW = /^staging\/[^/]+\/raw\//;

/** Which staged objects are old enough to be looked at. Times in milliseconds. */
export interface OrphanPolicy {
  readonly olderThanMs: number;
  /** Archival has read what was said up to then (since 1970). */
  readonly readUpTo: number;
  /** Asked before each page; false ends it. */
  readonly mayGoOn?: () => Promise<boolean>;
}

/**
 * Deletes staged raw objects that no event ever named: their sender was never told success. Only those older than `olderThanMs`,
 * and only when archival has read past that time (`readUpTo`, ms since 1970), so that a slow corridor loses nothing.
 * Returns how many were deleted.
 */
export async function deleteOrphans(doors: ArchivalDoors, policy: OrphanPolicy): Promise<number> {
  const mayGoOn = policy.mayGoOn ?? (async () => true);
  const before = Math.min(Date.now() - policy.olderThanMs, policy.readUpTo);
  let deleted = 0;
  let page: string[] = [];
  for await (const object of doors.store.list('staging/')) {
    if (!RAW.test(object.name)) continue;
    if (object.modifiedAt.getTime() < before) page.push(object.name);
    if (page.length < PAGE) continue;
    if (!(await mayGoOn())) return deleted;
    deleted += await deleteUnnamed(doors, page);
    page = [];
  }
  return deleted + (await deleteUnnamed(doors, page));
}

async function deleteUnnamed(doors: ArchivalDoors, names: readonly string[]): Promise<number> {
  if (names.length === 0) return 0;
  const rows = await doors.tables
    .selectFrom('archival_received')
    .select('staged_name')
    .where('staged_name', 'in', names)
    .execute();
  const named = new Set(rows.map((row) => row.staged_name));
  const orphans = names.filter((name) => !named.has(name));
  for (const name of orphans) await doors.store.delete(name);
  return orphans.length;
}
