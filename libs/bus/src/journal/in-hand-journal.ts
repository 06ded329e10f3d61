import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SluiceError } from '@sluice/contracts';
import type { Database, Transaction } from '@sluice/database';
import type { InHandJournal, TakeTerms } from '../bus.js';
import { anyAbove, type Deaths } from '../consuming/suspicion.js';
import { handMigrations, journalNames } from './journal-tables.js';
import { Owners, type Named } from './owners.js';
import { thisProcess, type ProcessIdentity } from './process-identity.js';

/** How an owner is told dead. */
export interface JournalOptions {
  /**
   * An owner elsewhere that was silent for so long, and for half as long again after that was seen, is dead: after an outage of the
   * database all were silent, and have that time to beat. On this machine a process is dead when it is gone, and never before.
   */
  readonly leaseMs?: number;
  /** Whose journal it is; this process's when missing. */
  readonly process?: ProcessIdentity;
}

const DEFAULT_LEASE_MS = 10_000;
const BEATS_PER_LEASE = 4;

/**
 * Opens the journal of records in hand (law 9) in a room's own database, one per process and group. Close it after the drain.
 * @throws SluiceError DATABASE_UNAVAILABLE, DATABASE_MIGRATION_FAILED
 */
export async function openInHandJournal(
  database: Database,
  group: string,
  options: JournalOptions = {},
): Promise<InHandJournal> {
  const names = journalNames(group);
  const { room, migrations } = handMigrations(group);
  await database.migrate(room, migrations);
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  const me = { id: randomUUID(), ...(options.process ?? thisProcess()) };
  const owners = new Owners(names, { me, leaseMs, dialect: database.dialect });
  const journal = new TableJournal(database, owners);
  await journal.take([]);
  if (owners.inDoubt) {
    await sleep(leaseMs / 2);
    await journal.take([]);
  }
  return journal;
}

class TableJournal implements InHandJournal {
  /** This owner's writes follow each other: on SQLite they would only wait for one another's lock. */
  #last: Promise<unknown> = Promise.resolve();
  #beatMs = 0;
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(
    readonly database: Database,
    readonly owners: Owners,
  ) {}

  take(records: readonly string[], terms: TakeTerms = {}): Promise<Deaths> {
    return this.#write(async (tables) => {
      await this.#renew(tables);
      await this.owners.bury(tables);
      return noteInHand(tables, this.#hand(records), terms);
    });
  }

  async settle(records: readonly string[]): Promise<void> {
    if (records.length === 0) return;
    await this.#write(async (tables) => {
      await putDown(tables, this.#hand(records));
      await tables.deleteFrom(this.owners.names.death).where('record', 'in', records).execute();
    });
  }

  async release(records: readonly string[]): Promise<void> {
    if (records.length > 0) await this.#write((tables) => putDown(tables, this.#hand(records)));
  }

  async beat(): Promise<void> {
    if (this.#closed || Date.now() - this.#beatMs < this.owners.options.leaseMs / BEATS_PER_LEASE) return;
    this.#beatMs = Date.now();
    await this.#write((tables) => this.#renew(tables));
  }

  /** A close that failed may be tried again. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close().catch((error: unknown) => {
      this.#closing = undefined;
      throw error;
    }));
  }

  async #close(): Promise<void> {
    await this.#write((tables) => this.owners.leave(tables));
    this.#closed = true;
  }

  #hand(records: readonly string[]): Hand {
    return {
      table: this.owners.names.hand,
      deaths: this.owners.names.death,
      owner: this.owners.options.me.id,
      records,
    };
  }

  async #renew(tables: Transaction<Named>): Promise<void> {
    await this.owners.renew(tables);
    this.#beatMs = Date.now();
  }

  #write<T>(work: (tables: Transaction<Named>) => Promise<T>): Promise<T> {
    const next = this.#last.then(() => {
      if (this.#closed) throw new SluiceError('UNEXPECTED', { detail: 'the journal is closed' });
      return this.database.jot<Named, T>(work);
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}

interface Hand {
  readonly table: string;
  readonly deaths: string;
  readonly owner: string;
  readonly records: readonly string[];
}

async function noteInHand(tables: Transaction<Named>, hand: Hand, terms: TakeTerms): Promise<Deaths> {
  const rows = [...new Set(hand.records)].map((record) => ({
    owner: hand.owner,
    record,
    alone: terms.alone ? 1 : 0,
  }));
  if (rows.length === 0) return new Map();
  const found = await tables
    .selectFrom(hand.deaths)
    .select(['record', 'deaths'])
    .where('record', 'in', hand.records)
    .execute();
  const deaths = new Map(found.map((row) => [row.record, row.deaths]));
  if (anyAbove(deaths, terms.mostDeaths ?? Infinity)) return deaths;
  await tables
    .insertInto(hand.table)
    .values(rows as never)
    .onConflict((conflict) => conflict.columns(['owner', 'record']).doNothing())
    .execute();
  return deaths;
}

async function putDown(tables: Transaction<Named>, { table, owner, records }: Hand): Promise<void> {
  await tables.deleteFrom(table).where('owner', '=', owner).where('record', 'in', records).execute();
}
