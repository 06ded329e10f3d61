import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';
import type { Store } from '@sluice/store';
import { pagesByKind, stands } from './list-store.js';
import { type Shelf, SHELVES } from './shelves.js';
import { NameTally, type Tally } from './tally.js';

const PAGE_ROWS = 500;

/** What stands below `archive/` against the rows that name it. */
export interface ArchiveComparison {
  /** Objects that stand there and have their row. */
  readonly matched: number;
  readonly withoutRow: Tally;
  readonly withoutObject: Tally;
  readonly otherSize: Tally;
}

interface Doors {
  readonly store: Pick<Store, 'list'>;
  readonly tables: Kysely<ArchivalTables>;
}

/**
 * Compares both ways, in pages: all of `archive/` is listed once; only where rows describe more than was found each of them is looked for.
 * `onPage` is told how many objects were compared so far and how many the rows describe, and may throw to end it.
 */
export async function compareArchive(
  { store, tables }: Doors,
  onPage: (compared: number, total: number) => void = () => undefined,
): Promise<ArchiveComparison> {
  const asOf = Date.now();
  const shelves = await Promise.all(
    SHELVES.map(async ({ kinds, open }) => {
      const shelf = open(tables);
      return { kinds, shelf, open: await shelf.count(asOf) };
    }),
  );
  const [withoutRow, withoutObject, otherSize] = [new NameTally(), new NameTally(), new NameTally()];
  const total = shelves.reduce((sum, { open }) => sum + open, 0);
  let [matched, compared] = [0, 0];
  for await (const { kind, objects } of pagesByKind(store, 'archive/')) {
    const place = shelves.find(({ kinds }) => kinds.includes(kind));
    const said = await (place?.shelf.among([...objects.keys()]) ?? []);
    const known = new Map(said.map((one) => [one.name, one.sizeBytes]));
    // What was archived meanwhile was not counted.
    const found = said.filter(({ sizeBytes, at = 0 }) => sizeBytes !== undefined && at <= asOf);
    if (place) place.open -= found.length;
    for (const [name, sizeBytes] of objects) {
      if (!known.has(name)) withoutRow.add(name);
      else if ((known.get(name) ?? sizeBytes) !== sizeBytes) otherSize.add(name);
      else matched += 1;
    }
    onPage((compared += objects.size), total);
  }
  for (const { shelf, open } of shelves)
    if (open > 0)
      for await (const name of missing(store, shelf, () => onPage(compared, total))) withoutObject.add(name);
  return { matched, withoutRow, withoutObject, otherSize };
}

async function* missing(store: Doors['store'], shelf: Shelf, goOn: () => void): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const { said, last } = await shelf.page(after, PAGE_ROWS);
    if (last === undefined) return;
    for (const { name } of said) {
      goOn();
      if (!(await stands(store, name))) yield name;
    }
    after = last;
  }
}
