import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';

/** From an object's being there to its row, where archival runs and is not behind. */
const INDEXED_WITHIN_MS = 15 * 60_000;

/**
 * From when on (ms since 1970) an object may still wait for its row. Where no archival sweeps, nothing waits: after a restore every object is
 * young, as it was just copied.
 */
export async function waitsFrom(tables: Kysely<ArchivalTables>): Promise<number> {
  const now = Date.now();
  const sweeping = await tables
    .selectFrom('archival_leases')
    .select('owner')
    .where('name', '=', 'sweep')
    .where('until_at', '>', now)
    .executeTakeFirst();
  return sweeping ? now - INDEXED_WITHIN_MS : Infinity;
}
