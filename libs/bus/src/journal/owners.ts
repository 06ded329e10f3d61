import type { Transaction } from '@sluice/database';
import type { JournalNames, JournalTables } from './journal-tables.js';
import { isGone, type ProcessIdentity } from './process-identity.js';

/** The tables under their physical names. */
export type Named = Record<string, JournalTables['owner'] & JournalTables['hand'] & JournalTables['death']>;

/** One owner's row, and what happens to the rows of those who died. */
export class Owners {
  constructor(
    readonly names: JournalNames,
    readonly me: ProcessIdentity & { readonly id: string },
    readonly leaseMs: number,
  ) {}

  /** Writes or renews this owner's lease. */
  async renew(tables: Transaction<Named>): Promise<void> {
    const { id, host, pid, start } = this.me;
    const row = { id, host, pid, start, beat_ms: Date.now() };
    await tables
      .insertInto(this.names.owner)
      .values(row as never)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ beat_ms: row.beat_ms }))
      .execute();
  }

  /** Counts a death for each record that a dead owner had in hand. Two who notice the same death count it once: one deletes the owner. */
  async bury(tables: Transaction<Named>): Promise<void> {
    const { owner, hand, death } = this.names;
    const others = await tables
      .selectFrom(owner)
      .select(['id', 'host', 'pid', 'start', 'beat_ms'])
      .where('id', '!=', this.me.id)
      .execute();
    for (const { id } of others.filter((other) => this.#isDead(other))) {
      const { numDeletedRows } = await tables
        .deleteFrom(owner)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (numDeletedRows !== 1n) continue;
      const records = await tables.selectFrom(hand).select('record').where('owner', '=', id).execute();
      for (const { record } of records) {
        await tables
          .insertInto(death)
          .values({ record, deaths: 1 } as never)
          .onConflict((conflict) =>
            conflict.column('record').doUpdateSet((row) => ({ deaths: row(`${death}.deaths`, '+', 1) })),
          )
          .execute();
      }
      await tables.deleteFrom(hand).where('owner', '=', id).execute();
    }
  }

  /** A clean end: nothing is in hand any more. */
  async leave(tables: Transaction<Named>): Promise<void> {
    await tables.deleteFrom(this.names.hand).where('owner', '=', this.me.id).execute();
    await tables.deleteFrom(this.names.owner).where('id', '=', this.me.id).execute();
  }

  #isDead(other: ProcessIdentity & { beat_ms: number }): boolean {
    return Number(other.beat_ms) < Date.now() - this.leaseMs || isGone(other);
  }
}
