import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';
import type { Store } from '@sluice/store';
import { pagesByKind, stands } from './list-store.js';
import { NameTally, type Tally } from './tally.js';

const PAGE_ROWS = 500;

/** Deliveries on their way against what is staged of them. */
export interface StagingComparison {
  /** Deliveries that are not settled. */
  readonly unsettled: number;
  /** Of those the ones whose staged object is gone. */
  readonly withoutObject: Tally;
  /** Staged deliveries that no row names: on their way to archival, never acknowledged, or younger than a restored database. */
  readonly withoutRow: Tally;
}

interface Doors {
  readonly store: Pick<Store, 'list'>;
  readonly tables: Kysely<ArchivalTables>;
}

const attemptOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * Lists all of staging once; deliveries are looked for one by one only where some were not found. `onDelivery` is told how many were looked
 * at so far and how many are unsettled, and may throw to end it.
 */
export async function compareStaging(
  doors: Doors,
  onDelivery: (done: number, total: number) => void = () => undefined,
): Promise<StagingComparison> {
  const { store, tables } = doors;
  const [withoutObject, withoutRow] = [new NameTally(), new NameTally()];
  const total = await countUnsettled(tables);
  let staged = 0;
  let done = 0;
  for await (const { name, row } of stagedDeliveries(doors)) {
    onDelivery((done += 1), total);
    if (!row) withoutRow.add(name);
    else if (row.settled_at === null) staged += 1;
  }
  const unsettled = await countUnsettled(tables);
  if (unsettled > staged)
    for await (const name of unsettledDeliveries(tables)) {
      onDelivery(done, total);
      if (!(await stands(store, name))) withoutObject.add(name);
    }
  return { unsettled, withoutObject, withoutRow };
}

/** Each staged delivery, and its row if it has one. */
export async function* stagedDeliveries({
  store,
  tables,
}: Doors): AsyncGenerator<{ name: string; row: { settled_at: number | null } | undefined }> {
  for await (const { kind, objects } of pagesByKind(store, 'staging/')) {
    if (kind !== 'raw') continue;
    const rows = await tables
      .selectFrom('archival_received')
      .select(['staged_name', 'settled_at'])
      .where('attempt', 'in', [...objects.keys()].map(attemptOf))
      .execute();
    const known = new Map(rows.map((row) => [row.staged_name, row]));
    for (const name of objects.keys()) yield { name, row: known.get(name) };
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
