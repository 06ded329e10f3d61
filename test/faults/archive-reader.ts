import { setTimeout as sleep } from 'node:timers/promises';
import { archivalTables } from '@sluice/archival/doors';
import { openArchived } from '@sluice/archival/open-archived';
import type { ArchivalTables, ObjectRow } from '@sluice/archival/rows/tables';
import { openBus, type Bus } from '@sluice/bus';
import { openKeys, type Keys } from '@sluice/crypto';
import { openDatabase, type Database, type Kysely } from '@sluice/database';
import { splitPart10 } from '@sluice/dicom';
import type { PhantomInstance } from '@sluice/samples';
import { openStore, secretShelf, type Store } from '@sluice/store';

const GROUPS = ['scrubbing', 'encryption', 'archival'] as const;

/** What the archive holds of what was sent: SOP Instance UIDs and object names that should not be in any list. */
export interface Reckoning {
  readonly archived: number;
  /** Acknowledged, and not there. */
  readonly lost: readonly string[];
  /** There more than once. */
  readonly doubled: readonly string[];
  /** There with another data set than was sent. */
  readonly differing: readonly string[];
  /** Archive objects that the index does not know, and the other way round. */
  readonly unindexed: readonly string[];
  /** Staged objects of what is settled. */
  readonly leftOver: readonly string[];
}

/** Everything a test asks of an installation's archive, by doors of its own. */
export class ArchiveReader {
  private constructor(
    readonly store: Store,
    readonly bus: Bus,
    private readonly keys: Keys,
    private readonly database: Database,
    private readonly tables: Kysely<ArchivalTables>,
  ) {}

  /** AWS credentials are taken from the environment. */
  static async open(doors: Readonly<Record<string, string>>): Promise<ArchiveReader> {
    const store = await openStore(doors['STORE_URL']!);
    const database = await openDatabase(doors['DATABASE_URL']!);
    const keys = await openKeys(doors['KEYS_URL']!, { shelf: secretShelf(store), database });
    const bus = await openBus(doors['BUS_URL']!, { clientId: 'reader' });
    return new ArchiveReader(store, bus, keys, database, archivalTables(database));
  }

  async close(): Promise<void> {
    for (const door of [this.bus, this.keys, this.store, this.database]) await door.close();
  }

  /** Waits until nothing is behind or unsettled and at least `raw` raw objects are archived, twice in a row. Says what it saw last. */
  async quiet(raw: number, withinMs = 180_000, everyMs = 1_000): Promise<string> {
    const until = Date.now() + withinMs;
    const wanted = `behind 0, unsettled 0, raw ${raw}`;
    let seen = '';
    for (let times = 0; times < 2 && Date.now() < until;) {
      seen = await this.#progress(raw).catch((error: unknown) => String(error));
      times = seen === wanted ? times + 1 : 0;
      await sleep(everyMs);
    }
    return seen;
  }

  /** How many raw objects are archived. */
  async countRaw(): Promise<number> {
    return (await this.#rawRows(0)).length;
  }

  /** How many released objects are archived. */
  async countClean(): Promise<number> {
    const rows = await this.tables
      .selectFrom('archival_objects')
      .select('name')
      .where('kind', '=', 'clean')
      .execute();
    return rows.length;
  }

  /** The code of each dead letter of every group. */
  async deadLetters(): Promise<string[]> {
    const letters = await Promise.all(GROUPS.map((group) => this.bus.deadLetters.list(group)));
    return letters.flat().map(({ code }) => code);
  }

  /** The code of each quarantine. */
  async quarantined(): Promise<string[]> {
    const rows = await this.tables
      .selectFrom('archival_outcomes')
      .select('code')
      .where('verdict', '=', 'quarantined')
      .execute();
    return rows.map((row) => row.code ?? '');
  }

  /** Opens every raw object archived since `since`, but those of `forgotten` subjects, and compares it with what was sent. */
  async reckon(
    sent: Iterable<PhantomInstance>,
    since: number,
    forgotten: readonly string[] = [],
  ): Promise<Reckoning> {
    const found = new Map<string, Buffer[]>();
    const rows = (await this.#rawRows(since)).filter((row) => !forgotten.includes(row.subject_key));
    for (const row of rows) {
      const { uid, dataSet } = await this.#open(row);
      found.set(uid, [...(found.get(uid) ?? []), dataSet]);
    }
    const all = [...sent];
    const copies = (one: PhantomInstance) => found.get(one.sopInstanceUID) ?? [];
    const uidsOf = (some: readonly PhantomInstance[]) => some.map((one) => one.sopInstanceUID);
    return {
      archived: all.filter((one) => copies(one).length > 0).length,
      lost: uidsOf(all.filter((one) => copies(one).length === 0)),
      doubled: uidsOf(all.filter((one) => copies(one).length > 1)),
      differing: uidsOf(all.filter((one) => copies(one).some((copy) => !copy.equals(one.dataSet)))),
      unindexed: await this.#unindexed(),
      leftOver: await this.#leftOver(),
    };
  }

  async #progress(raw: number): Promise<string> {
    const lags = await Promise.all(GROUPS.map((group) => this.bus.lag(group)));
    const behind = lags.flatMap((lag) => Object.values(lag)).reduce((sum, one) => sum + one, 0);
    const open = await this.tables
      .selectFrom('archival_received')
      .select('attempt')
      .where('settled_at', 'is', null)
      .execute();
    const count = Math.min(raw, await this.countRaw());
    return `behind ${behind}, unsettled ${open.length}, raw ${count}`;
  }

  #rawRows(since: number): Promise<ObjectRow[]> {
    return this.tables
      .selectFrom('archival_objects')
      .selectAll()
      .where('kind', '=', 'raw')
      .where('archived_at', '>=', since)
      .execute();
  }

  async #open(row: ObjectRow): Promise<{ uid: string; dataSet: Buffer }> {
    const archived = { name: row.name, digest: row.digest, sizeBytes: row.size_bytes };
    const object = { tenant: row.tenant, subjectKey: row.subject_key, contentKey: row.content_key, archived };
    const { meta, dataSet } = await splitPart10(
      await openArchived({ store: this.store, keys: this.keys }, object),
    );
    return {
      uid: meta.mediaStorageSOPInstanceUID ?? '',
      dataSet: Buffer.concat(await Array.fromAsync(dataSet)),
    };
  }

  async #unindexed(): Promise<string[]> {
    const stored = new Set(
      (await Array.fromAsync(this.store.list('archive/t1/raw/'))).map(({ name }) => name),
    );
    const indexed = new Set((await this.#rawRows(0)).map(({ name }) => name));
    return [...stored.symmetricDifference(indexed)];
  }

  /** A raw delivery that no row names was never acknowledged, and waits for the orphan sweep. */
  async #leftOver(): Promise<string[]> {
    const rows = await this.tables
      .selectFrom('archival_received')
      .select(['staged_name', 'settled_at'])
      .execute();
    const named = new Set(rows.map((row) => row.staged_name));
    const staged = (await Array.fromAsync(this.store.list('staging/t1/'))).map(({ name }) => name);
    return staged.filter((name) => !name.includes('/batch/') && (!name.includes('/raw/') || named.has(name)));
  }
}
