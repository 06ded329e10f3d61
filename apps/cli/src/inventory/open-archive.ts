import { openArchived } from '@sluice/archival/open-archived';
import type { ArchivalTables, ObjectRow } from '@sluice/archival/rows/tables';
import { toSluiceError } from '@sluice/contracts';
import type { Keys } from '@sluice/crypto';
import type { Kysely } from '@sluice/database';
import type { Store } from '@sluice/store';
import { SEALED } from './shelves.js';
import { NameTally, type Tally } from './tally.js';

const PAGE_ROWS = 200;
const AT_ONCE = 4;

/** What became of opening every archived object. */
export interface Opened {
  readonly opened: number;
  /** Names that do not open, by the code of why. */
  readonly refused: ReadonlyMap<string, Tally>;
}

interface Doors {
  readonly store: Store;
  readonly keys: Keys;
  readonly tables: Kysely<ArchivalTables>;
}

/**
 * Reads every indexed object whole, compares its SHA-256 with its row, opens it to its end, and keeps nothing of it. A code that is not
 * an object's own (an ill store, a key service that is away) ends it; so does `onOpened` when it throws, which is told with every piece
 * that was read how many objects are done, and of how many. Manifests, their signed roots and records of decisions have rows of their own and
 * are not read here. @throws SluiceError
 */
export async function openArchive(
  doors: Doors,
  onOpened: (done: number, total: number) => void,
): Promise<Opened> {
  const refused = new Map<string, NameTally>();
  const total = await SEALED.open(doors.tables).count();
  let opened = 0;
  let done = 0;
  const rows = indexed(doors.tables);
  const work = async () => {
    for await (const row of rows) {
      const code = await refusalOf(doors, row, () => onOpened(done, total));
      if (code === undefined) opened += 1;
      else refused.set(code, added(refused.get(code), row.name));
      onOpened((done += 1), total);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { opened, refused };
}

async function refusalOf(doors: Doors, row: ObjectRow, onPiece: () => void): Promise<string | undefined> {
  const archived = { name: row.name, digest: row.digest, sizeBytes: row.size_bytes };
  const object = { tenant: row.tenant, subjectKey: row.subject_key, contentKey: row.content_key, archived };
  try {
    for await (const _piece of await openArchived(doors, object)) onPiece();
    return undefined;
  } catch (thrown) {
    const error = toSluiceError(thrown);
    if (error.kind !== 'permanent' && error.code !== 'CRYPTO_KEY_WRONG') throw error;
    return error.code;
  }
}

function added(tally = new NameTally(), name: string): NameTally {
  tally.add(name);
  return tally;
}

/** Several readers of it share the rows. */
async function* indexed(tables: Doors['tables']): AsyncGenerator<ObjectRow> {
  for (let after = ''; ;) {
    const rows = await tables
      .selectFrom('archival_objects')
      .selectAll()
      .where('name', '>', after)
      .orderBy('name')
      .limit(PAGE_ROWS)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.name;
  }
}
