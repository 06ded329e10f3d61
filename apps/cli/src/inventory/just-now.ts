import { setTimeout } from 'node:timers/promises';
import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';
import type { Store } from '@sluice/store';

/** From an object's being there to its row, where archival runs and is not behind. */
const INDEXED_WITHIN_MS = 15 * 60_000;
/** As long as a lease is at least (archival's `startSweep`). */
const RENEWED_WITHIN_MS = 30_000;
const LOOK_MS = 250;

/** From when on (ms since 1970) an object may still wait for its row, where archival runs. */
export const youngFrom = (): number => Date.now() - INDEXED_WITHIN_MS;

/**
 * Whether archival sweeps: its lease moves. One that a restored database has brought along stands still; then every object is young, as it was
 * just copied, and none waits. Looks until the lease moves or runs out, half a minute at the most; `goOn` is told each time, and may throw to
 * end it.
 */
export async function archivalRuns(tables: Kysely<ArchivalTables>, goOn: () => void): Promise<boolean> {
  const first = await sweepUntil(tables);
  const end = Math.min(first, Date.now() + RENEWED_WITHIN_MS);
  while (Date.now() < end) {
    goOn();
    await setTimeout(LOOK_MS);
    if ((await sweepUntil(tables)) > first) return true;
  }
  return false;
}

async function sweepUntil(tables: Kysely<ArchivalTables>): Promise<number> {
  const lease = tables.selectFrom('archival_leases').select('until_at').where('name', '=', 'sweep');
  return (await lease.executeTakeFirst())?.until_at ?? 0;
}

/**
 * Whether an archived object that has no row is still to get one: archival leaves what is staged, and a study open for its manifest, until the
 * row is there. Of a decision there is no such trace.
 */
export async function isOnItsWay(
  { store, tables }: { store: Pick<Store, 'list'>; tables: Kysely<ArchivalTables> },
  name: string,
): Promise<boolean> {
  const [, tenant = '', kind = '', owner = ''] = name.split('/');
  if (kind === 'decision') return true;
  if (kind === 'manifest' || kind === 'release') return isManifestDue(tables, owner);
  const staged = kind === 'raw' ? `staging/${tenant}/raw/${owner}/` : name.replace('archive/', 'staging/');
  for await (const _copy of store.list(staged)) return true;
  return false;
}

async function isManifestDue(tables: Kysely<ArchivalTables>, studyKey: string): Promise<boolean> {
  const study = tables.selectFrom('archival_studies').select('tenant').where('study_key', '=', studyKey);
  return (await study.whereRef('changed_at', '>', 'manifest_at').executeTakeFirst()) !== undefined;
}
