import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';
import type { Store } from '@sluice/store';
import { archivalRuns, isOnItsWay, youngFrom } from './just-now.js';
import { pagesByKind, stands } from './list-store.js';
import { NameSet } from './name-set.js';
import { type Shelf, SHELVES } from './shelves.js';
import { NameTally, narrowed, type Tally } from './tally.js';

const PAGE_ROWS = 500;
/** An object with an older row stood before the listing began: if it was not listed it is not looked for, which takes a call each. */
const LONGEST_LISTING_MS = 24 * 3_600_000;

/** What stands below `archive/` against the rows that name it. */
export interface ArchiveComparison {
  /** Objects that stand there and have their row. */
  readonly matched: number;
  readonly withoutRow: Tally;
  readonly withoutObject: Tally;
  readonly otherSize: Tally;
  /** Objects that are still to get their row, where archival runs. */
  readonly justCame: number;
}

interface Doors {
  readonly store: Pick<Store, 'list'>;
  readonly tables: Kysely<ArchivalTables>;
}

/**
 * Compares both ways, in pages, while archival goes on: all of `archive/` is listed once, then all rows are read; what differs is looked at
 * again before it is said. `onPage` is told how many objects were compared so far and how many the rows describe, and may throw to end it.
 */
export async function compareArchive(
  doors: Doors,
  onPage: (compared: number, total: number) => void = () => undefined,
): Promise<ArchiveComparison> {
  const { store, tables } = doors;
  const shelves = SHELVES.map(({ kinds, open }) => ({ kinds, shelf: open(tables) }));
  const [strange, withoutObject, otherSize] = [new NameTally(), new NameTally(), new NameTally()];
  const [young, listed] = [new NameTally(), new NameSet()];
  const total = await countAll(shelves);
  const since = youngFrom();
  let [matched, compared] = [0, 0];
  for await (const { kind, objects } of pagesByKind(store, 'archive/')) {
    const known = await knownOf(shelves, kind, [...objects.keys()]);
    for (const [name, { sizeBytes, modifiedAt }] of objects) {
      listed.add(name);
      if (known.has(name) && (known.get(name) ?? sizeBytes) === sizeBytes) matched += 1;
      else if (known.has(name)) otherSize.add(name);
      else if (modifiedAt.getTime() >= since) young.add(name);
      else strange.add(name);
    }
    onPage((compared += objects.size), total);
  }
  const goOn = () => onPage(compared, total);
  for (const { shelf } of shelves)
    for await (const name of missing(store, shelf, { listed, goOn })) withoutObject.add(name);
  const justCame = await stillComing(doors, young, { strange, goOn });
  const withoutRow = await stillStrange(shelves, strange);
  return { matched, withoutRow, withoutObject, otherSize, justCame };
}

type Shelves = readonly { readonly kinds: readonly string[]; readonly shelf: Shelf }[];

async function knownOf(shelves: Shelves, kind: string, names: readonly string[]) {
  const place = shelves.find(({ kinds }) => kinds.includes(kind));
  const said = await (place?.shelf.among(names) ?? []);
  return new Map(said.map((one) => [one.name, one.sizeBytes]));
}

/** How many of the young ones are on their way, where archival runs; the others, of the names that were kept, are strange. */
async function stillComing(
  doors: Doors,
  young: Tally,
  { strange, goOn }: { readonly strange: NameTally; readonly goOn: () => void },
): Promise<number> {
  if (young.count === 0) return 0;
  if (!(await archivalRuns(doors.tables, goOn))) {
    strange.addAll(young);
    return 0;
  }
  let coming = young.count;
  for (const name of young.names) {
    goOn();
    if (await isOnItsWay(doors, name)) continue;
    strange.add(name);
    coming -= 1;
  }
  return coming;
}

/** Without those, of the names that were kept, whose row came meanwhile. */
async function stillStrange(shelves: Shelves, strange: Tally): Promise<Tally> {
  const still: string[] = [];
  for (const [kind, some] of Map.groupBy(strange.names, (name) => name.split('/')[2] ?? '')) {
    const known = await knownOf(shelves, kind, some);
    still.push(...some.filter((name) => !known.has(name)));
  }
  return narrowed(strange, still);
}

async function countAll(shelves: Shelves): Promise<number> {
  let total = 0;
  for (const { shelf } of shelves) total += await shelf.count();
  return total;
}

/** Rows whose object was not listed and is not there now: one that was archived meanwhile is. */
async function* missing(
  store: Doors['store'],
  shelf: Shelf,
  { listed, goOn }: { readonly listed: NameSet; readonly goOn: () => void },
): AsyncGenerator<string> {
  const before = Date.now() - LONGEST_LISTING_MS;
  for (let after = ''; ;) {
    const { said, last } = await shelf.page(after, PAGE_ROWS);
    if (last === undefined) return;
    goOn();
    for (const { name, at } of said) {
      if (listed.has(name)) continue;
      goOn();
      if ((at !== undefined && at < before) || !(await stands(store, name))) yield name;
    }
    after = last;
  }
}
