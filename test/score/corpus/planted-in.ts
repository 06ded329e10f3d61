import type { ExpectedRow } from '../expectation/expectation.ts';
import type { Planted } from './corpus.types.ts';
import { hex } from './planted-values.ts';
import type { Element, Item } from './write-object.ts';

/** The answer sheet of a data set that was made by hand: every text and UID that a row of Table E.1-1 speaks of, by its path. */
export function plantedIn(elements: Item, rows: ReadonlyMap<string, ExpectedRow>, path = ''): Planted[] {
  return elements.flatMap((element) => plantedAt(element, rows, path));
}

function plantedAt(
  [tag, vr, value]: Element,
  rows: ReadonlyMap<string, ExpectedRow>,
  path: string,
): Planted[] {
  const at = `${path}${hex(tag)}`;
  const row = rows.get(hex(tag));
  if (vr === 'SQ') {
    const items = value as readonly Item[];
    return items.flatMap((item, number) => plantedIn(item, rows, `${at}[${number}].`));
  }
  return row && typeof value === 'string' ? [{ row: row.tag, path: at, vr, value }] : [];
}
