import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';
import type { Store } from '@sluice/store';
import { archivalRuns, youngFrom } from './just-now.js';
import { pagesByKind, stands } from './list-store.js';
import { NameSet } from './name-set.js';
import { NameTally, narrowed, type Tally } from './tally.js';

const PAGE_ROWS = 500;

/** Deliveries on their way against what is staged of them. */
export interface StagingComparison {
  /** Deliveries that are not settled. */
  readonly unsettled: number;
  /** Of those the ones whose staged object is gone. */
  readonly withoutObject: Tally;
  /** Staged deliveries that no row names: on their way to archival, never acknowledged, or younger than a restored database. */
  readonly withoutRow: Tally;
  /** Staged deliveries too young to have their row, where archival runs. */
  readonly justCame: number;
}

interface Doors {
  readonly store: Pick<Store, 'list'>;
  readonly tables: Kysely<ArchivalTables>;
}

const attemptOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * Lists all of staging once, then reads all unsettled rows, while deliveries go on; what differs is looked at again before it is said.
 * `onDelivery` is told how many were looked at so far and how many are unsettled, and may throw to end it.
 */
export async function compareStaging(
  doors: Doors,
  onDelivery: (done: number, total: number) => void = () => undefined,
): Promise<StagingComparison> {
  const { store, tables } = doors;
  const [withoutObject, strange, staged] = [new NameTally(), new NameTally(), new NameSet()];
  const unsettled = await countUnsettled(tables);
  const [young, since] = [new NameTally(), youngFrom()];
  let done = 0;
  for await (const { name, row, modifiedAt } of stagedDeliveries(doors)) {
    onDelivery((done += 1), unsettled);
    staged.add(name);
    if (row) continue;
    (modifiedAt.getTime() < since ? strange : young).add(name);
  }
  const gone: string[] = [];
  for await (const name of unsettledDeliveries(tables)) {
    onDelivery(done, unsettled);
    if (!staged.has(name) && !(await stands(store, name))) gone.push(name);
  }
  // A staged object is deleted before its row says that it is settled.
  const open = (row: ReceivedState | undefined) => row?.settled_at === null;
  for (const name of await namesWhere(tables, gone, open)) withoutObject.add(name);
  const isYoungWaiting = young.count > 0 && (await archivalRuns(tables, () => onDelivery(done, unsettled)));
  if (!isYoungWaiting) strange.addAll(young);
  const still = await namesWhere(tables, strange.names, (row) => row === undefined);
  return {
    unsettled,
    withoutObject,
    withoutRow: narrowed(strange, still),
    justCame: isYoungWaiting ? young.count : 0,
  };
}

type ReceivedState = { settled_at: number | null };

/** Of these names those whose row, asked now, is so. */
async function namesWhere(
  tables: Doors['tables'],
  names: readonly string[],
  isSo: (row: ReceivedState | undefined) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < names.length; at += PAGE_ROWS) {
    const some = names.slice(at, at + PAGE_ROWS);
    const known = await rowsOf(tables, some);
    found.push(...some.filter((name) => isSo(known.get(name))));
  }
  return found;
}

/** Rows of these staged deliveries, by name. */
export async function rowsOf(
  tables: Doors['tables'],
  names: readonly string[],
): Promise<ReadonlyMap<string, ReceivedState>> {
  const rows = await tables
    .selectFrom('archival_received')
    .select(['staged_name', 'settled_at'])
    .where('attempt', 'in', names.map(attemptOf))
    .execute();
  return new Map(rows.map((row) => [row.staged_name, row]));
}

/** Each staged delivery, and its row if it has one. */
export async function* stagedDeliveries({
  store,
  tables,
}: Doors): AsyncGenerator<{ name: string; row: ReceivedState | undefined; modifiedAt: Date }> {
  for await (const { kind, objects } of pagesByKind(store, 'staging/')) {
    if (kind !== 'raw') continue;
    const known = await rowsOf(tables, [...objects.keys()]);
    for (const [name, { modifiedAt }] of objects) yield { name, row: known.get(name), modifiedAt };
  }
}

async function countUnsettled(tables: Doors['tables']): Promise<number> {
  const { count } = await tables
    .selectFrom('archival_received')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('settled_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

async function* unsettledDeliveries(tables: Doors['tables']): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const rows = await tables
      .selectFrom('archival_received')
      .select(['attempt', 'staged_name'])
      .where('settled_at', 'is', null)
      .where('attempt', '>', after)
      .orderBy('attempt')
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) yield row.staged_name;
    const last = rows.at(-1);
    if (!last) return;
    after = last.attempt;
  }
}
