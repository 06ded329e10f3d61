import { randomUUID } from 'node:crypto';
import type { Kysely } from '@sluice/database';
import type { ArchivalTables } from '../rows/tables.js';

/** Work that at most one archival process does at a time. */
export interface Lease {
  /** Takes it, or makes it longer; false while another process has it. A death lets it run out. */
  hold(): Promise<boolean>;
  /** Gives it back. */
  leave(): Promise<void>;
}

/** A lease of its own owner; `lengthMs` from each `hold` on. */
export function leaseOf(
  tables: Kysely<ArchivalTables>,
  { name, lengthMs }: { name: string; lengthMs: number },
): Lease {
  const owner = randomUUID();
  return {
    hold: async () => {
      const now = Date.now();
      const row = { name, owner, until_at: now + lengthMs };
      const taken = await tables
        .insertInto('archival_leases')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ owner, until_at: row.until_at })
            .where((lease) =>
              lease.or([
                lease('archival_leases.owner', '=', owner),
                lease('archival_leases.until_at', '<', now),
              ]),
            ),
        )
        .executeTakeFirst();
      return Number(taken.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    leave: async () => void (await tables.deleteFrom('archival_leases').where('owner', '=', owner).execute()),
  };
}
