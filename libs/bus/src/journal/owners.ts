import { sql, type Transaction } from '@sluice/database';
import { DEATHS_TO_BE_ALONE, DEATHS_TO_BE_BURIED } from '../consuming/suspicion.js';
import type { JournalNames, JournalTables } from './journal-tables.js';
import { fateOf, type ProcessIdentity } from './process-identity.js';

/** The tables under their physical names. */
export type Named = Record<string, JournalTables['owner'] & JournalTables['hand'] & JournalTables['death']>;

/** How the owners of a journal tell who they are and who is dead. */
export interface OwnersOptions {
  readonly me: ProcessIdentity & { readonly id: string };
  readonly leaseMs: number;
  readonly dialect: 'sqlite' | 'postgres';
}

interface Suspect {
  readonly beatMs: number;
  readonly sinceMs: number;
}

/** One owner's row, and what happens to the rows of those who died. */
export class Owners {
  /** Owners elsewhere whose lease ran out, by id, and when that was first seen. */
  #suspects = new Map<string, Suspect>();

  constructor(
    readonly names: JournalNames,
    readonly options: OwnersOptions,
  ) {}

  /** Some owner's end is still in doubt. */
  get inDoubt(): boolean {
    return this.#suspects.size > 0;
  }

  /** Writes or renews this owner's lease. */
  async renew(tables: Transaction<Named>): Promise<void> {
    const { id, place, pid, start } = this.options.me;
    const row = { id, host: place, pid, start, beat_ms: this.#now() };
    await tables
      .insertInto(this.names.owner)
      .values(row as never)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ beat_ms: row.beat_ms }))
      .execute();
  }

  /** Counts a death for each record that a dead owner had in hand. Two who notice the same death count it once: one deletes the owner. */
  async bury(tables: Transaction<Named>): Promise<void> {
    const { owner, hand } = this.names;
    for (const id of await this.#dead(tables)) {
      const { numDeletedRows } = await tables
        .deleteFrom(owner)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (numDeletedRows !== 1n) continue;
      const records = await tables
        .selectFrom(hand)
        .select(['record', 'alone'])
        .where('owner', '=', id)
        .execute();
      for (const record of records) await this.#countDeath(tables, record);
      await tables.deleteFrom(hand).where('owner', '=', id).execute();
    }
  }

  /** A clean end: nothing is in hand any more. */
  async leave(tables: Transaction<Named>): Promise<void> {
    await tables.deleteFrom(this.names.hand).where('owner', '=', this.options.me.id).execute();
    await tables.deleteFrom(this.names.owner).where('id', '=', this.options.me.id).execute();
  }

  /** Who was not alone is suspected at the most: deaths that are noticed late are counted all at once. */
  async #countDeath(tables: Transaction<Named>, { record, alone }: { record: string; alone: number }) {
    const { death } = this.names;
    const most = alone ? DEATHS_TO_BE_BURIED : DEATHS_TO_BE_ALONE;
    await tables
      .insertInto(death)
      .values({ record, deaths: 1 } as never)
      .onConflict((conflict) =>
        conflict
          .column('record')
          .doUpdateSet((row) => ({ deaths: row(`${death}.deaths`, '+', 1) }))
          .where(`${death}.deaths`, '<', most),
      )
      .execute();
  }

  async #dead(tables: Transaction<Named>): Promise<string[]> {
    const { me, leaseMs } = this.options;
    const others = await tables
      .selectFrom(this.names.owner)
      .select(['id', 'host', 'pid', 'start', 'beat_ms'])
      .select(sql<number>`beat_ms < ${this.#now()} - ${leaseMs}`.as('silent'))
      .where('id', '!=', me.id)
      .execute();
    const suspects = new Map<string, Suspect>();
    const dead = others.filter((other) => {
      const fate = fateOf({ place: other.host, pid: other.pid, start: other.start });
      if (fate !== 'unknown') return fate === 'gone';
      if (!other.silent) return false;
      const beatMs = Number(other.beat_ms);
      const before = this.#suspects.get(other.id);
      const suspect = before?.beatMs === beatMs ? before : { beatMs, sinceMs: performance.now() };
      suspects.set(other.id, suspect);
      return performance.now() - suspect.sinceMs >= leaseMs / 2;
    });
    for (const { id } of dead) suspects.delete(id);
    this.#suspects = suspects;
    return dead.map(({ id }) => id);
  }

  /** ms since 1970 by the database's clock: the only one that all owners share. */
  #now() {
    return this.options.dialect === 'postgres'
      ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
      : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
  }
}
