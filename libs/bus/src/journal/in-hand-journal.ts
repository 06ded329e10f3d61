import { randomUUID } from 'node:crypto';
import { SluiceError } from '@sluice/contracts';
import type { Database, Transaction } from '@sluice/database';
import type { InHandJournal } from '../bus.js';
import { journalMigrations, journalNames, roomOf, type JournalNames } from './journal-tables.js';
import { Owners, type Named } from './owners.js';
import { thisProcess } from './process-identity.js';

/** `leaseMs`: an owner on another machine that was silent for so long is dead; on this machine a process that is gone is dead at once. */
export interface JournalOptions {
  readonly leaseMs?: number;
}

const DEFAULT_LEASE_MS = 10_000;

/**
 * Opens the journal of records in hand (law 9) in a room's own database, one per process and group. Close it after the drain.
 * @throws SluiceError DATABASE_UNAVAILABLE, DATABASE_MIGRATION_FAILED
 */
export async function openInHandJournal(database: Database, group: string, options: JournalOptions = {}): Promise<InHandJournal> {
  const names = journalNames(group);
  await database.migrate(`${roomOf(group)}_hand`, journalMigrations(names));
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  const owners = new Owners(names, { id: randomUUID(), ...thisProcess() }, leaseMs);
  const inTurn = oneAtATime();
  let beaten = 0;
  let closed = false;
  const write = <T>(work: (tables: Transaction<Named>) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      if (closed) throw new SluiceError('UNEXPECTED', { detail: 'the journal is closed' });
      return database.tables<Named>().transaction().execute(work);
    });
  const renew = async (tables: Transaction<Named>) => {
    await owners.renew(tables);
    beaten = Date.now();
  };
  await write(async (tables) => {
    await renew(tables);
    await owners.bury(tables);
  });
  return {
    take: (records) =>
      write(async (tables) => {
        await renew(tables);
        await owners.bury(tables);
        return noteInHand(tables, { names, owner: owners.me.id, records });
      }),
    settle: async (records) => {
      if (records.length > 0) await write((tables) => putDown(tables, { names, owner: owners.me.id, records, forget: true }));
    },
    release: async (records) => {
      if (records.length > 0) await write((tables) => putDown(tables, { names, owner: owners.me.id, records, forget: false }));
    },
    beat: async () => {
      if (closed || Date.now() - beaten < leaseMs / 4) return;
      await write(renew);
    },
    close: async () => {
      if (closed) return;
      await write(async (tables) => {
        await tables.deleteFrom(names.hand).where('owner', '=', owners.me.id).execute();
        await tables.deleteFrom(names.owner).where('id', '=', owners.me.id).execute();
      });
      closed = true;
    },
  };
}

interface Hand {
  readonly names: JournalNames;
  readonly owner: string;
  readonly records: readonly string[];
}

async function noteInHand(tables: Transaction<Named>, { names, owner, records }: Hand): Promise<ReadonlyMap<string, number>> {
  const rows = [...new Set(records)].map((record) => ({ owner, record }));
  if (rows.length === 0) return new Map();
  await tables
    .insertInto(names.hand)
    .values(rows as never)
    .onConflict((conflict) => conflict.columns(['owner', 'record']).doNothing())
    .execute();
  const deaths = await tables.selectFrom(names.death).select(['record', 'deaths']).where('record', 'in', records).execute();
  return new Map(deaths.map((row) => [row.record, row.deaths]));
}

async function putDown(tables: Transaction<Named>, { names, owner, records, forget }: Hand & { forget: boolean }): Promise<void> {
  await tables.deleteFrom(names.hand).where('owner', '=', owner).where('record', 'in', records).execute();
  if (forget) await tables.deleteFrom(names.death).where('record', 'in', records).execute();
}

/** This owner's writes follow each other: on SQLite they would only wait for one another's lock. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
