import type { ArchivalTables } from '@sluice/archival/rows/tables';
import type { Kysely } from '@sluice/database';

/** What the rows say of the object under one name. */
export interface Said {
  readonly name: string;
  /** Of an object that a row describes; none of one that a row only implies (an older manifest, a signed root). */
  readonly sizeBytes?: number;
  /** When the object stood there at the latest, ms since 1970, where its row says so. */
  readonly at?: number;
}

/** Archived objects of some kinds, and the rows that know them. */
export interface Shelf {
  /** How many objects the rows describe. */
  count(): Promise<number>;
  /** Of these names those that the rows know. */
  among(names: readonly string[]): Promise<Said[]>;
  /** At most `limit` objects that the rows describe, from the row behind `after` on; `last` goes on there. */
  page(after: string, limit: number): Promise<{ readonly said: Said[]; readonly last: string | undefined }>;
}

type Tables = Kysely<ArchivalTables>;

interface Place {
  readonly kinds: readonly string[];
  open(tables: Tables): Shelf;
}

/** What passed scrubbing or came in: each object has a row with its digest. */
export const SEALED: Place = {
  kinds: ['raw', 'clean', 'wayback', 'result', 'quarantine'],
  open: sealedObjects,
};

/** Kinds of an archived object (`archive/<tenant>/<kind>/<owner>/<identity>`) by shelf. */
export const SHELVES: readonly Place[] = [
  SEALED,
  { kinds: ['manifest', 'release'], open: manifests },
  { kinds: ['decision'], open: decisions },
];

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const ownerOf = (name: string): string => name.split('/')[3] ?? '';

function sealedObjects(tables: Tables): Shelf {
  const all = tables
    .selectFrom('archival_objects')
    .select(['name', 'size_bytes as sizeBytes', 'archived_at as at']);
  return {
    count: async () => {
      const rows = tables
        .selectFrom('archival_objects')
        .select((row) => row.fn.countAll<number>().as('count'));
      return (await rows.executeTakeFirstOrThrow()).count;
    },
    among: (names) => all.where('name', 'in', names).execute(),
    page: async (after, limit) => {
      const said = await all.where('name', '>', after).orderBy('name').limit(limit).execute();
      return { said, last: said.at(-1)?.name };
    },
  };
}

/** Every version of a manifest, and of its signed root, up to the one that the study's row describes. */
function manifests(tables: Tables): Shelf {
  const all = tables
    .selectFrom('archival_studies')
    .select(['study_key as study', 'version', 'manifest_name as name', 'manifest_size_bytes as sizeBytes'])
    .where('manifest_name', 'is not', null);
  return {
    count: async () => {
      const rows = tables
        .selectFrom('archival_studies')
        .select((row) => row.fn.count<number>('manifest_name').as('count'));
      return (await rows.executeTakeFirstOrThrow()).count;
    },
    among: async (names) => {
      const rows = await all.where('study_key', 'in', [...new Set(names.map(ownerOf))]).execute();
      const byStudy = new Map(rows.map((row) => [row.study, row]));
      return names.flatMap((name) => {
        const row = byStudy.get(ownerOf(name));
        if (!row || Number(lastPart(name)) > row.version) return [];
        return [row.name === name ? { name, sizeBytes: row.sizeBytes ?? 0 } : { name }];
      });
    },
    page: async (after, limit) => {
      const rows = await all.where('study_key', '>', after).orderBy('study_key').limit(limit).execute();
      return { said: rows.map(({ name }) => ({ name: name ?? '' })), last: rows.at(-1)?.study };
    },
  };
}

/** Why a person decided so. */
function decisions(tables: Tables): Shelf {
  const all = tables
    .selectFrom('archival_decisions')
    .select(['decision', 'record_name as name', 'record_size_bytes as sizeBytes', 'at']);
  return {
    count: async () => {
      const rows = tables
        .selectFrom('archival_decisions')
        .select((row) => row.fn.countAll<number>().as('count'));
      return (await rows.executeTakeFirstOrThrow()).count;
    },
    among: (names) => all.where('decision', 'in', names.map(lastPart)).execute(),
    page: async (after, limit) => {
      const said = await all.where('decision', '>', after).orderBy('decision').limit(limit).execute();
      return { said, last: said.at(-1)?.decision };
    },
  };
}
